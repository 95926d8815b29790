package dev.gofer.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is printed and written of the cells. */
final class Report {
    static final String US = "Gofer";

    private final List<String> sides;
    private final Map<String, String> facts;

    /**
     * A report.
     *
     * @param sides the columns
     * @param facts about machine and versions
     */
    Report(List<String> sides, Map<String, String> facts) {
        this.sides = sides;
        this.facts = facts;
    }

    String head() {
        var text = new StringBuilder();
        facts.forEach(
                (key, value) -> text.append(key).append(": ").append(value).append('\n'));
        text.append('\n').append("%-42s %2s".formatted("ns per operation; median ± half the range", "P"));
        sides.forEach(side -> text.append(" %18s".formatted(side)));
        rivals().forEach(side -> text.append(" %8s".formatted("/" + side)));
        return text.append('\n').toString();
    }

    private List<String> rivals() {
        return sides.stream().filter(side -> !side.equals(US)).toList();
    }

    String line(Cell cell) {
        var text = new StringBuilder();
        var row = cell.row();
        text.append("%-42s %2d"
                .formatted(row.name() + (row.unit().equals("ns") ? "" : " (" + row.unit() + ")"), cell.procs()));
        for (var side : sides) {
            var figures = cell.figures().get(side);
            text.append(" %18s"
                    .formatted(
                            figures == null
                                    ? "–"
                                    : figures.failure().isEmpty()
                                            ? number(figures.median()) + " ±%2.0f%%".formatted(100 * figures.spread())
                                            : figures.failure()));
        }
        for (var side : rivals()) {
            double ratio = cell.ratio(US, side);
            text.append(" %8s".formatted(Double.isNaN(ratio) ? "–" : "%.2f%s".formatted(ratio, ratio > 1 ? "!" : " ")));
        }
        return text.append('\n').toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }

    /** Geometric means, over all and for each number of processors, and how many rows are lost. */
    String foot(List<Cell> cells) {
        var text = new StringBuilder("\ngeometric means of Gofer's time over\n");
        for (var side : rivals()) {
            text.append("  %-8s %s".formatted(side, mean(cells, side)));
            for (int procs :
                    cells.stream().mapToInt(Cell::procs).distinct().sorted().toArray()) {
                var some = cells.stream().filter(cell -> cell.procs() == procs).toList();
                text.append("   %d P: %s".formatted(procs, mean(some, side)));
            }
            var memory =
                    cells.stream().filter(cell -> cell.row().unit().equals("B")).toList();
            if (!memory.isEmpty()) {
                text.append("   memory: %.2f".formatted(geometricMean(memory, side)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String mean(List<Cell> cells, String side) {
        var times =
                cells.stream().filter(cell -> cell.row().unit().equals("ns")).toList();
        long all = times.stream()
                .filter(cell -> !Double.isNaN(cell.ratio(US, side)))
                .count();
        long lost = times.stream().filter(cell -> cell.ratio(US, side) > 1).count();
        return all == 0 ? "–" : "%.2f of %d rows, %d above 1.00".formatted(geometricMean(times, side), all, lost);
    }

    static double geometricMean(List<Cell> cells, String side) {
        return Math.exp(cells.stream()
                .mapToDouble(cell -> Math.log(cell.ratio(US, side)))
                .filter(log -> !Double.isNaN(log))
                .average()
                .orElse(Double.NaN));
    }

    String json(List<Cell> cells) {
        var text = new StringBuilder("{\n");
        facts.forEach((key, value) -> text.append("  %s: %s,\n".formatted(quote(key), quote(value))));
        text.append("  \"rows\": [");
        var comma = "\n";
        for (var cell : cells) {
            text.append(comma)
                    .append("    {\"name\": %s, \"package\": %s, \"processors\": %d, \"unit\": %s"
                            .formatted(
                                    quote(cell.row().name()),
                                    quote(cell.row().goPackage()),
                                    cell.procs(),
                                    quote(cell.row().unit())));
            cell.figures()
                    .forEach((side, figures) -> text.append(", %s: {\"median\": %s, \"samples\": %s%s}"
                            .formatted(
                                    quote(side),
                                    figures.samples().isEmpty() ? "null" : figures.median(),
                                    figures.samples(),
                                    figures.failure().isEmpty() ? "" : ", \"failure\": " + quote(figures.failure()))));
            text.append('}');
            comma = ",\n";
        }
        return text.append("\n  ]\n}\n").toString();
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
