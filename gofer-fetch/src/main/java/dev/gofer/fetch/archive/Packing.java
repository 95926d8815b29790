package dev.gofer.fetch.archive;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How bodies become entries, and how careful the disk is asked to be. Immutable; each method gives the same with one thing changed.
 *
 * @param compression of a ZIP's entries
 * @param ordered whether entries stand in the order of the list; else in the order in which they came
 * @param time what every entry says that it was changed; null: what the server said, else when it came
 * @param commitEvery at most about this long until what came is safe from a kill
 * @param durable whether it is safe from a power cut, too, which waits for the disk
 * @param minFree bytes of the disk that are left free: the run ends before there are fewer
 */
public record Packing(
        Compression compression,
        boolean ordered,
        @Nullable Instant time,
        Duration commitEvery,
        boolean durable,
        long minFree) {
    /** The usual one: compresses what gains by it, in the order of coming, safe within 2 seconds. */
    public static final Packing DEFAULT = new Packing(Compression.AUTO, false, null, Duration.ofSeconds(2), true, 0);

    /** Checks the ranges. */
    public Packing {
        if (commitEvery.isNegative()) throw new IllegalArgumentException("the time between two commits is 0 or more");
        if (minFree < 0) throw new IllegalArgumentException("what is left free is 0 or more");
    }

    /**
     * {@return the same with other compression}
     *
     * @param value the new one
     */
    public Packing withCompression(Compression value) {
        return new Packing(value, ordered, time, commitEvery, durable, minFree);
    }

    /**
     * {@return the same with {@code ordered} changed}
     *
     * @param value the new value
     */
    public Packing withOrdered(boolean value) {
        return new Packing(compression, value, time, commitEvery, durable, minFree);
    }

    /**
     * {@return the same with another time for all entries}
     *
     * @param value the new one, or null
     */
    public Packing withTime(@Nullable Instant value) {
        return new Packing(compression, ordered, value, commitEvery, durable, minFree);
    }

    /**
     * {@return the same with other commits}
     *
     * @param every at most about so long until what came is safe
     * @param isDurable whether it is safe from a power cut, too
     */
    public Packing withCommits(Duration every, boolean isDurable) {
        return new Packing(compression, ordered, time, every, isDurable, minFree);
    }

    /**
     * {@return the same with another limit for the disk}
     *
     * @param bytes that are left free
     */
    public Packing withMinFree(long bytes) {
        return new Packing(compression, ordered, time, commitEvery, durable, bytes);
    }

    /** {@return what of it changes the bytes of the archive} */
    public String settings() {
        return "compress " + compression + (ordered ? ", in order" : "") + (time == null ? "" : ", all of " + time);
    }
}
