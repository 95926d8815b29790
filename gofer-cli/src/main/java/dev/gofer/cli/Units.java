package dev.gofer.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Sizes and times as they stand on the command line and in reports. */
final class Units {
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s*([a-zA-Z]*)");

    private Units() {}

    /**
     * {@code 1500}, {@code 64K}, {@code 1.5G}: bytes, in steps of 1024.
     *
     * @throws IllegalArgumentException anything else; the message says what is expected
     */
    static long bytes(String text) {
        var match = NUMBER.matcher(text.strip());
        if (!match.matches()) throw new IllegalArgumentException(notASize(text));
        var shift = switch (match.group(2).toLowerCase(Locale.ROOT)) {
            case "", "b" -> 0;
            case "k", "kb", "kib" -> 10;
            case "m", "mb", "mib" -> 20;
            case "g", "gb", "gib" -> 30;
            case "t", "tb", "tib" -> 40;
            default -> throw new IllegalArgumentException(notASize(text));
        };
        var bytes = Double.parseDouble(match.group(1)) * Math.scalb(1.0, shift);
        if (bytes < 1 || bytes > 1e18) throw new IllegalArgumentException(notASize(text));
        return (long) bytes;
    }

    /**
     * {@code 30s}, {@code 500ms}, {@code 5m}, {@code 2h}, {@code 1d}; a bare number is seconds.
     *
     * @throws IllegalArgumentException anything else, or longer than a year; the message says what is expected
     */
    static Duration duration(String text) {
        var match = NUMBER.matcher(text.strip());
        if (!match.matches()) throw new IllegalArgumentException(notATime(text));
        var millis = switch (match.group(2).toLowerCase(Locale.ROOT)) {
            case "ms" -> 1L;
            case "", "s", "sec" -> 1_000L;
            case "m", "min" -> 60_000L;
            case "h" -> 3_600_000L;
            case "d" -> 86_400_000L;
            default -> throw new IllegalArgumentException(notATime(text));
        };
        var total = Double.parseDouble(match.group(1)) * millis;
        if (total > 366 * 86_400_000.0) throw new IllegalArgumentException(notATime(text));
        return Duration.ofMillis((long) total);
    }

    /** {@code 812 B}, {@code 1.4 MiB}, {@code 388 MiB}: three digits that count. */
    static String size(long bytes) {
        if (bytes < 1024) return bytes + " B";
        double value = bytes;
        var unit = -1;
        while (value >= 999.5 && unit < 4) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %ciB" : "%.0f %ciB", value, "KMGTP".charAt(unit));
    }

    /** {@code 0.4 s}, {@code 34 s}, {@code 12 m 05 s}, {@code 3 h 20 m}. */
    static String time(Duration duration) {
        var seconds = duration.toSeconds();
        return seconds < 10 ? String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3) : roundTime(duration);
    }

    /** The same without a fraction. */
    static String roundTime(Duration duration) {
        var seconds = duration.toSeconds();
        if (seconds < 60) return seconds + " s";
        if (seconds < 3600) return String.format(Locale.ROOT, "%d m %02d s", seconds / 60, seconds % 60);
        return String.format(Locale.ROOT, "%d h %02d m", seconds / 3600, seconds / 60 % 60);
    }

    /** {@code 1,284}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 file}, {@code 1,284 files}. */
    static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    private static String notASize(String text) {
        return "'" + text + "' is not a size: write for example 500K, 10M or 2G";
    }

    private static String notATime(String text) {
        return "'" + text + "' is not a time: write for example 500ms, 30s, 5m or 2h";
    }
}
