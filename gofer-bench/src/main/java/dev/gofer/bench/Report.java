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
        text.append('\n').append("%-42s %2s".formatted("ns per operation; median ± quartiles", "P"));
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

    /** Geometric means, over all and for each number of processors, how many rows are lost and which. */
    String foot(List<Cell> cells) {
        var text = new StringBuilder("\ngeometric means of Gofer's time over that of\n");
        int[] procs = cells.stream().mapToInt(Cell::procs).distinct().sorted().toArray();
        for (var side : rivals()) {
            text.append("  %-8s %s".formatted(side, mean(cells, side)));
            for (int p : procs) {
                text.append("   %d P: %s".formatted(p, mean(with(p, cells), side)));
            }
            var memory =
                    cells.stream().filter(cell -> cell.row().unit().equals("B")).toList();
            double ratio = geometricMean(memory, side);
            text.append(Double.isNaN(ratio) ? "\n" : "   memory: %.2f\n".formatted(ratio));
        }
        for (var side : rivals()) {
            for (int p : procs) {
                var lost = with(p, cells).stream()
                        .filter(cell -> cell.ratio(US, side) > 1)
                        .map(cell -> "%s %.2f".formatted(cell.row().name(), cell.ratio(US, side)))
                        .toList();
                if (!lost.isEmpty()) {
                    text.append("behind %s, %d P: %s\n".formatted(side, p, String.join(", ", lost)));
                }
            }
        }
        return text.toString();
    }

    private static List<Cell> with(int procs, List<Cell> cells) {
        return cells.stream().filter(cell -> cell.procs() == procs).toList();
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

    /** All of it as Markdown. */
    String page(List<Cell> cells) {
        var text = new StringBuilder("""
                # What `scripts/bench --publish` measured last

                Written by it; [results.json](results.json) has all samples. What the rows do, and how they are measured: [../README.md](../README.md).

                ![](results.svg)

                ```
                """);
        text.append(head());
        cells.forEach(cell -> text.append(line(cell)));
        return text.append(foot(cells)).append("```\n").toString();
    }
}
