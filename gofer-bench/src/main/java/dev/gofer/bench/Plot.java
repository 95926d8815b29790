package dev.gofer.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table as a picture: for each row, how the sides compare with Go, on a logarithmic scale. */
final class Plot {
    private static final int LEFT = 330;
    private static final int WIDTH = 620;
    private static final int LINE = 16;
    private static final int TOP = 70;
    private static final double FROM = 1.0 / 64;
    private static final double TO = 64;

    private static final Map<String, String> COLOURS =
            Map.of("Gofer", "#0a7f3f", "plain", "#7fbf9f", "base", "#9a9a9a", "Jox", "#1f5fbf", "Kotlin", "#a03fbf");

    private Plot() {}

    static String svg(List<Cell> cells) {
        var text = new StringBuilder();
        int height = TOP + LINE * cells.size() + 20;
        add(
                text,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">",
                LEFT + WIDTH + 20,
                height);
        add(text, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        add(
                text,
                "<text x=\"10\" y=\"20\" font-size=\"15\">Time for the same work, Go = 1 (left of the line: faster than Go)</text>");
        legend(text, cells);
        for (double ratio = FROM; ratio <= TO; ratio *= 2) {
            add(
                    text,
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\"/>",
                    x(ratio),
                    x(ratio),
                    TOP - 8,
                    height - 10,
                    ratio == 1 ? "#333" : "#ddd");
            var label = ratio < 1 ? "1/" + Math.round(1 / ratio) : "" + Math.round(ratio);
            add(
                    text,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%s</text>",
                    x(ratio),
                    TOP - 12,
                    label);
        }
        int y = TOP;
        for (var cell : cells) {
            y += LINE;
            line(text, cell, y);
        }
        return text.append("</svg>\n").toString();
    }

    private static void legend(StringBuilder text, List<Cell> cells) {
        int x = 10;
        for (var side : cells.stream()
                .flatMap(cell -> cell.figures().keySet().stream())
                .distinct()
                .toList()) {
            if (COLOURS.containsKey(side)) {
                add(text, "<circle cx=\"%d\" cy=\"36\" r=\"4\" fill=\"%s\"/>", x + 4, COLOURS.get(side));
                add(text, "<text x=\"%d\" y=\"40\">%s</text>", x + 12, side);
                x += 70;
            }
        }
    }

    private static void line(StringBuilder text, Cell cell, int y) {
        var row = cell.row();
        add(
                text,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s%s · %d</text>",
                LEFT - 10,
                y + 4,
                row.name(),
                row.unit().equals("ns") ? "" : " (" + row.unit() + ")",
                cell.procs());
        cell.figures().forEach((side, figures) -> {
            double ratio = cell.ratio(side, "Go");
            if (COLOURS.containsKey(side) && !Double.isNaN(ratio)) {
                add(
                        text,
                        "<circle cx=\"%.1f\" cy=\"%d\" r=\"%d\" fill=\"%s\"><title>%s: %.2f</title></circle>",
                        x(ratio),
                        y,
                        side.equals(Report.US) ? 5 : 3,
                        COLOURS.get(side),
                        side,
                        ratio);
            }
        });
    }

    private static double x(double ratio) {
        double place = Math.log(Math.clamp(ratio, FROM, TO) / FROM) / Math.log(TO / FROM);
        return LEFT + WIDTH * place;
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation is in a library that we do without
    private static void add(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
