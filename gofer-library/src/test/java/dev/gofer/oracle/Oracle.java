package dev.gofer.oracle;

import dev.gofer.Go;
import dev.gofer.oracle.Model.Unsuitable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/** Programs out of a seed, with all outcomes that are allowed, and those that have been seen. */
final class Oracle {
    /* Go is the oracle, but it does not show everything that it may do. So what is allowed comes from a model of its specification, and Go
     * has to confirm the model: whatever Go shows has to be in it. Gofer has to stay in it, too. */
    private static final int[] PROCESSORS = {1, 2, 4};

    /** A program and its outcomes. */
    static final class Subject {
        final int number;
        final Program program;
        final Set<String> allowed;
        final Set<String> shownByGo = new TreeSet<>();
        final Set<String> shownByGofer = new TreeSet<>();

        Subject(int number, Program program, Set<String> allowed) {
            this.number = number;
            this.program = program;
            this.allowed = allowed;
        }

        /** The same, of which nothing has been seen. */
        Subject unseen() {
            return new Subject(number, program, allowed);
        }

        /** What is left over of one run could end a later one in the same process. */
        boolean needsProcess() {
            return allowed.stream()
                    .anyMatch(outcome -> !outcome.startsWith(Facts.OK + " ") && !outcome.startsWith(Facts.DEADLOCK));
        }

        /** The program in both languages. */
        @Override
        public String toString() {
            return "program " + number + "\n" + GoText.of(program) + JavaText.of(program);
        }
    }

    final long seed;
    final List<Subject> subjects = new ArrayList<>();

    /** Makes so many programs out of a seed. */
    Oracle(long seed, int programs) {
        this.seed = seed;
        var seeds = new SplittableRandom(seed);
        while (subjects.size() < programs) {
            var program = Generator.program(seeds.nextLong());
            try {
                subjects.add(new Subject(subjects.size(), program, Model.outcomes(program)));
            } catch (Unsuitable e) {
                // the next, then
            }
        }
    }

    /** The programs of another one, of which nothing has been seen. */
    Oracle(Oracle other) {
        this.seed = other.seed;
        other.subjects.forEach(subject -> subjects.add(subject.unseen()));
    }

    /** Runs each program so often on Gofer, with each number of processors. */
    void askGofer(int runs) {
        int before = Go.gomaxprocs(0);
        try {
            for (int processors : PROCESSORS) {
                Go.gomaxprocs(processors);
                for (var subject : subjects) {
                    for (int i = 0; i < runs; i++) {
                        subject.shownByGofer.add(
                                GoferRun.outcome(subject.program, seed * 31 + subject.number * 1000L + i));
                    }
                }
            }
        } finally {
            Go.gomaxprocs(before);
        }
    }

    /** Runs each program so often on Go, with each number of processors. */
    void askGo(GoRuns go, int runs) {
        subjects.parallelStream().forEach(subject -> {
            for (int processors : PROCESSORS) {
                askGo(go, subject, runs, processors);
            }
        });
    }

    /** Runs each program so often on Go, with one number of processors or another. */
    void askGoQuickly(GoRuns go, int runs) {
        subjects.parallelStream()
                .forEach(subject -> askGo(go, subject, runs, PROCESSORS[subject.number % PROCESSORS.length]));
    }

    private void askGo(GoRuns go, Subject subject, int runs, int processors) {
        try {
            subject.shownByGo.addAll(
                    go.outcomes(subject, runs, processors, seed * 7919 + subject.number * 1000L + processors * 100L));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Program> programs() {
        return subjects.stream().map(subject -> subject.program).toList();
    }

    /** What Go or Gofer showed and the model does not allow, with the program; empty when all is well. */
    List<String> breaches() {
        var breaches = new ArrayList<String>();
        for (var subject : subjects) {
            addBreaches("Go", subject, subject.shownByGo, breaches);
            addBreaches("Gofer", subject, subject.shownByGofer, breaches);
        }
        return breaches;
    }

    private static void addBreaches(String who, Subject subject, Set<String> shown, List<String> breaches) {
        for (var outcome : shown) {
            if (!subject.allowed.contains(outcome)) {
                breaches.add("%s showed what is not allowed%n    %s%nin %s%nallowed is%n    %s%n"
                        .formatted(who, outcome, subject, String.join("\n    ", subject.allowed)));
            }
        }
    }

    /** How much has been seen, in a few lines. */
    String summary() {
        int allowed = 0;
        int byGo = 0;
        int byGofer = 0;
        int onlyByGofer = 0;
        int single = 0;
        var ends = new TreeMap<String, Integer>();
        for (var subject : subjects) {
            allowed += subject.allowed.size();
            byGo += subject.shownByGo.size();
            byGofer += subject.shownByGofer.size();
            onlyByGofer += (int) subject.shownByGofer.stream()
                    .filter(outcome -> !subject.shownByGo.contains(outcome))
                    .count();
            single += subject.allowed.size() == 1 ? 1 : 0;
            subject.allowed.stream().map(Oracle::end).distinct().forEach(end -> ends.merge(end, 1, Integer::sum));
        }
        var text = new StringBuilder(
                        "%d programs of seed %d; %d have one outcome only%n".formatted(subjects.size(), seed, single))
                .append("%d outcomes allowed, %d shown by Go, %d by Gofer, %d of these not by Go%n"
                        .formatted(allowed, byGo, byGofer, onlyByGofer))
                .append("programs that may end with\n");
        ends.forEach((end, count) -> text.append("%6d  %s%n".formatted(count, end)));
        return text.toString();
    }

    /** How it ended, without what was seen; all panics of the program's own are one. */
    static String end(String outcome) {
        return outcome.substring(0, outcome.indexOf(" [")).replaceFirst("boom \\d+", "boom");
    }

    /**
     * {@code SEED PROGRAMS RUNS}: checks them, on Gofer and, where there is one, on Go, so often on 1, 2 and 4 processors. {@code SEED
     * PROGRAMS RUNS FILE}: writes down what Go shows.
     */
    public static void main(String[] args) throws IOException {
        var oracle = new Oracle(Long.parseLong(args[0]), Integer.parseInt(args[1]));
        int runs = Integer.parseInt(args[2]);
        var toolchain = GoRuns.toolchain();
        if (toolchain.isPresent()) {
            oracle.askGo(GoRuns.compile(toolchain.get(), oracle.programs()), runs);
        } else {
            System.out.println("no Go 1.26 or later in GOROOT or on the PATH: only Gofer is asked");
        }
        if (args.length > 3) {
            Corpus.write(oracle, Path.of(args[3]), runs);
        } else {
            oracle.askGofer(runs);
        }
        System.out.print(oracle.summary());
        var breaches = oracle.breaches();
        breaches.forEach(System.out::println);
        System.out.println(breaches.size() + " outcomes that are not allowed");
        System.exit(breaches.isEmpty() ? 0 : 1);
    }
}
