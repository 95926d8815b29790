package dev.gofer.leaks;

import java.util.List;
import java.util.stream.Stream;

/**
 * Programs whose leaks are known: one for each way to sleep, common mistakes, and GoKer's, which are bugs that were in well-known projects
 * (Yuan et al., "GoBench: A Benchmark Suite of Real-World Go Concurrency Bugs", CGO 2021). Go: {@code testgoroutineleakprofile}.
 */
public final class Bugs {
    private Bugs() {}

    /** All of them; the one that leaves timers behind comes last. */
    public static List<Bug> all() {
        return Stream.of(goker(), CommonLeaks.all(), SimpleLeaks.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Those of GoKer. */
    public static List<Bug> goker() {
        return Stream.of(
                        CockroachLeaks.all(),
                        EtcdLeaks.all(),
                        GrpcLeaks.all(),
                        KubernetesLeaks.all(),
                        MobyLeaks.all(),
                        OtherLeaks.all())
                .flatMap(List::stream)
                .toList();
    }
}
