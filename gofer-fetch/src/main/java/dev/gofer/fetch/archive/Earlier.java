package dev.gofer.fetch.archive;

import java.nio.file.Path;

/** What an earlier run of the same archive has found out about an input. */
public sealed interface Earlier {
    /** {@return the URL of the input, as that run had it; cut at 8,192 characters} */
    String url();

    /**
     * It has an entry.
     *
     * @param url of the input
     * @param file that holds the entry, or will: the target, a shard, or the folder
     * @param name of the entry
     * @param size in bytes
     * @param sha256 32 bytes, which stay the archive's
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(String url, Path file, String name, long size, byte[] sha256) implements Earlier {}

    /**
     * It has none.
     *
     * @param url of the input
     * @param reason one stable word
     * @param message for a person
     */
    record Failure(String url, String reason, String message) implements Earlier {}
}
