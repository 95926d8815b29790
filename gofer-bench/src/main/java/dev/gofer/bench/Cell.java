package dev.gofer.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;

/** One line of the table: a row with so many processors, and what each side needed. */
record Cell(Row row, int procs, Map<String, Figures> figures) {
    /**
     * The measurements of one side.
     *
     * @param samples in the order in which they were taken
     * @param failure why there are no (more) of them; empty for none
     */
    record Figures(List<Double> samples, String failure) {
        private static final int FEW = 5;

        double median() {
            return quantile(0.5);
        }

        /** Half of what the middle half of the samples ranges over, in relation to the median; where there are few, all of them. */
        double spread() {
            double cut = samples.size() < FEW ? 0 : 0.25;
            return (quantile(1 - cut) - quantile(cut)) / 2 / median();
        }

        /** What that share of the samples is below; between two of them, in proportion. */
        private double quantile(double share) {
            var sorted = samples.stream().sorted().toList();
            if (sorted.isEmpty()) {
                return Double.NaN;
            }
            double at = share * (sorted.size() - 1);
            int below = (int) at;
            int above = Math.min(below + 1, sorted.size() - 1);
            return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
        }
    }

    /** How to measure: rounds, and milliseconds for each. */
    record Effort(int forks, int rounds, int millis, int warmUp) {
        private static final int ROUNDS_OF_LONG_ROWS = 3;

        int rounds(Row row) {
            return row.times() == 0 ? rounds : Math.min(rounds, ROUNDS_OF_LONG_ROWS);
        }
    }

    /** Starts contestants. */
    @FunctionalInterface
    interface Starter {
        List<Contestant> start() throws IOException;
    }

    /**
     * Warms all up, one after the other; then they take turns: many short ones, since a machine with other guests has moments in which everything takes up to twice as
     * long, and they last longer than one turn. The first turn does not count: after a while of idleness there is such a moment.
     */
    static Cell measure(Row row, int procs, Effort effort, Starter starter) throws IOException, InterruptedException {
        var samples = new LinkedHashMap<String, List<Double>>();
        var failures = new LinkedHashMap<String, String>();
        var order = new Random(1); // the same in each run
        for (int fork = 0; fork < effort.forks(); fork++) {
            var contestants = starter.start();
            try {
                for (var each : contestants) {
                    samples.putIfAbsent(each.name(), new ArrayList<>());
                    attempt(each, failures, () -> each.warmUp(row, effort.warmUp()));
                }
                for (int round = row.times() == 0 ? 0 : 1; round <= effort.rounds(row); round++) {
                    boolean counts = round > 0;
                    var inTurn = new ArrayList<>(contestants);
                    Collections.shuffle(
                            inTurn, order); // nobody always follows the same one, whose threads may still be at work
                    for (var each : inTurn) {
                        attempt(each, failures, () -> {
                            var sample = each.measure(row, effort.millis());
                            if (counts) {
                                add(samples, each, sample);
                            }
                        });
                    }
                }
            } finally {
                contestants.forEach(Contestant::close);
            }
        }
        var figures = new LinkedHashMap<String, Figures>();
        samples.forEach((name, all) -> figures.put(name, new Figures(all, failures.getOrDefault(name, ""))));
        return new Cell(row, procs, figures);
    }

    private static void add(Map<String, List<Double>> samples, Contestant contestant, OptionalDouble sample) {
        sample.ifPresent(value -> samples.get(contestant.name()).add(value));
    }

    private interface Attempt {
        void run() throws IOException, InterruptedException, Contestant.FailedException;
    }

    private static void attempt(Contestant contestant, Map<String, String> failures, Attempt attempt)
            throws IOException, InterruptedException {
        if (failures.containsKey(contestant.name())) {
            return;
        }
        try {
            attempt.run();
        } catch (Contestant.FailedException e) {
            failures.put(contestant.name(), String.valueOf(e.getMessage()));
            contestant.close();
        }
    }

    boolean hasFailures() {
        return figures.values().stream().anyMatch(each -> !each.failure().isEmpty());
    }

    /** The median of {@code side} over that of {@code other}; NaN where either has none. */
    double ratio(String side, String other) {
        return median(side) / median(other);
    }

    double median(String side) {
        var found = figures.get(side);
        return found == null ? Double.NaN : found.median();
    }

    // One cell as lines of text: for the process that measured it to tell the one that prints it.

    List<String> lines() {
        var lines = new ArrayList<String>();
        figures.forEach((name, each) -> lines.add(name + "\t" + each.failure() + "\t"
                + String.join(" ", each.samples().stream().map(String::valueOf).toList())));
        return lines;
    }

    static Cell of(Row row, int procs, List<String> lines) {
        var figures = new LinkedHashMap<String, Figures>();
        for (var line : lines) {
            var parts = line.split("\t", -1);
            var samples = Arrays.stream(parts[2].split(" ", -1))
                    .filter(word -> !word.isEmpty())
                    .map(Double::valueOf)
                    .toList();
            figures.put(parts[0], new Figures(samples, parts[1]));
        }
        return new Cell(row, procs, figures);
    }
}
