package dev.gofer.fetch;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** For scripts/long-list: reads a list from standard input; prints its lines, the seconds, and the heap in use early and late. */
final class LongList {
    private static final long SLACK = 4 << 20; // bytes

    private LongList() {}

    public static void main(String[] args) throws InputException {
        var format = ListFormat.of(ListFormat.Kind.valueOf(args[0].toUpperCase(Locale.ROOT)));
        var expected = Long.parseLong(args[1]);
        var begun = System.nanoTime();
        long lines = 0;
        long early = 0;
        long late = 0;
        try (var list = UrlList.read("standard input", System.in, format)) {
            for (var line = list.next(); line != null; line = list.next()) {
                if (line instanceof Line.Malformed bad) throw new AssertionError(bad.where() + ": " + bad.problem());
                lines++;
                if (lines == expected / 10) early = used();
                if (lines == expected - 1) late = used();
            }
        }
        var seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(Locale.ROOT, "%d %.1f %d %d%n", lines, seconds, early >> 10, late >> 10);
        System.exit(lines == expected && late - early <= SLACK ? 0 : 1);
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
