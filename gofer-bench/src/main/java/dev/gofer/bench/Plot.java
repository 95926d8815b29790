package dev.gofer.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table as a picture: how the sides compare with Go in each row, on a logarithmic scale; a panel for each number of processors. */
final class Plot {
    private static final int LABELS = 230;
    private static final int PANEL = 420;
    private static final int GAP = 40;
    private static final int LINE = 14;
    private static final int TOP = 78;
    private static final double FROM = 1.0 / 64;
    private static final double TO = 64;

    private static final Map<String, String> COLOURS =
            Map.of("Gofer", "#0a7f3f", "plain", "#7fbf9f", "base", "#9a9a9a", "Jox", "#1f5fbf", "Kotlin", "#a03fbf");

    private final StringBuilder text = new StringBuilder();
    private final List<Cell> cells;
    private final List<String> rows;
    private final int[] procs;
    private final int bottom;

    private Plot(List<Cell> cells) {
        this.cells = cells;
        var names = new LinkedHashSet<String>();
        cells.forEach(cell -> names.add(cell.row().name()));
        rows = new ArrayList<>(names);
        procs = cells.stream().mapToInt(Cell::procs).distinct().sorted().toArray();
        bottom = TOP + LINE * (rows.size() + 1);
    }

    static String svg(List<Cell> cells) {
        return new Plot(cells).draw();
    }

    private String draw() {
        int width = LABELS + procs.length * (PANEL + GAP);
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">",
                width, bottom + 10);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        add(
                "<text x=\"10\" y=\"20\" font-size=\"15\">Time for the same work, Go = 1; left of the line: faster than Go</text>");
        legend();
        for (int i = 0; i < rows.size(); i++) {
            int y = y(i);
            if (i % 2 == 0) {
                add("<rect x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f6f6f6\"/>", y - LINE / 2, width, LINE);
            }
            add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LABELS - 12, y + 4, rows.get(i));
        }
        for (int panel = 0; panel < procs.length; panel++) {
            axis(panel);
        }
        cells.forEach(this::points);
        return text.append("</svg>\n").toString();
    }

    private void legend() {
        int x = 10;
        for (var side : cells.stream()
                .flatMap(cell -> cell.figures().keySet().stream())
                .filter(COLOURS::containsKey)
                .distinct()
                .toList()) {
            add("<circle cx=\"%d\" cy=\"36\" r=\"%d\" fill=\"%s\"/>", x + 5, radius(side), COLOURS.get(side));
            add("<text x=\"%d\" y=\"40\">%s</text>", x + 13, side);
            x += 70;
        }
    }

    private void axis(int panel) {
        add(
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-weight=\"bold\">%d processor%s</text>",
                x(panel, 1), TOP - 26, procs[panel], procs[panel] == 1 ? "" : "s");
        for (double ratio = FROM; ratio <= TO; ratio *= 2) {
            add(
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\"/>",
                    x(panel, ratio), x(panel, ratio), TOP - 6, bottom, ratio == 1 ? "#333" : "#ddd");
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%s</text>",
                    x(panel, ratio), TOP - 10, ratio < 1 ? "1/" + Math.round(1 / ratio) : "" + Math.round(ratio));
        }
    }

    /** Ours last: it lies on top. */
    private void points(Cell cell) {
        cell.figures().keySet().stream().filter(side -> !side.equals(Report.US)).forEach(side -> point(cell, side));
        point(cell, Report.US);
    }

    private void point(Cell cell, String side) {
        double ratio = cell.ratio(side, "Go");
        if (!COLOURS.containsKey(side) || Double.isNaN(ratio)) {
            return;
        }
        int panel = 0;
        while (procs[panel] != cell.procs()) {
            panel++;
        }
        add(
                "<circle cx=\"%.1f\" cy=\"%d\" r=\"%d\" fill=\"%s\"><title>%s, %s: %.2f</title></circle>",
                x(panel, ratio),
                y(rows.indexOf(cell.row().name())),
                radius(side),
                COLOURS.get(side),
                cell.row().name(),
                side,
                ratio);
    }

    private static int radius(String side) {
        return side.equals(Report.US) ? 5 : 3;
    }

    private static int y(int row) {
        return TOP + LINE * row + LINE / 2 + 2;
    }

    private static double x(int panel, double ratio) {
        double place = Math.log(Math.clamp(ratio, FROM, TO) / FROM) / Math.log(TO / FROM);
        return LABELS + panel * (PANEL + GAP) + PANEL * place;
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation is in a library that we do without
    private void add(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
