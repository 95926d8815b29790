package dev.gofer.check.lincheck;

import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/** Checks the {@link Structures}: small scenarios of two or three threads, many interleavings of each. */
public final class Lincheck {
    private Lincheck() {}

    /** The structures, or those whose simple names are in {@code args} after the two numbers: scenarios for each, and interleavings of each scenario. */
    public static void main(String[] args) {
        int scenarios = Integer.parseInt(args[0]);
        int interleavings = Integer.parseInt(args[1]);
        var wanted = List.of(args).subList(2, args.length);
        int failed = 0;
        for (var structure : Structures.class.getClasses()) {
            if (!wanted.isEmpty() && !wanted.contains(structure.getSimpleName())) {
                continue;
            }
            long begun = System.nanoTime();
            try {
                new ModelCheckingOptions()
                        .iterations(scenarios)
                        .invocationsPerIteration(interleavings)
                        .threads(2)
                        .actorsPerThread(3)
                        .actorsBefore(1)
                        .actorsAfter(1)
                        .check(structure);
                System.out.printf(
                        "%-16s linearizable, %d ms%n", structure.getSimpleName(), (System.nanoTime() - begun) / 1_000_000);
            } catch (AssertionError | IllegalStateException e) {
                failed++;
                System.out.println(structure.getSimpleName() + " FAILED\n" + e.getMessage());
            }
        }
        System.exit(failed == 0 ? 0 : 1);
    }
}
