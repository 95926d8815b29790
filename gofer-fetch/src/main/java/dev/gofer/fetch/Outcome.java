package dev.gofer.fetch;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What became of one line of the list. */
public sealed interface Outcome {
    /** {@return the line} */
    Line line();

    /** {@return its place among the URLs of the run, from 0} */
    int index();

    /**
     * It was fetched, and is an entry of the archive.
     *
     * @param line the line
     * @param index its place among the URLs of the run, from 0
     * @param archive the file that holds it: the output, or the shard that has or will have this name
     * @param name of its entry
     * @param size of its entry, in bytes
     * @param sha256 of the bytes, in hexadecimal
     * @param url where redirects led
     * @param attempts how many it took
     */
    record Stored(
            Line.Entry line, int index, Path archive, String name, long size, String sha256, String url, int attempts)
            implements Outcome {}

    /**
     * An earlier run, interrupted since, had fetched it: it is an entry of the archive.
     *
     * @param line the line
     * @param index its place among the URLs of the run, from 0
     * @param archive the file that holds it: the output, or a shard
     * @param name of its entry
     * @param size of its entry, in bytes
     * @param sha256 of the bytes, in hexadecimal
     */
    record Kept(Line.Entry line, int index, Path archive, String name, long size, String sha256) implements Outcome {}

    /**
     * It could not be fetched.
     *
     * @param line the line
     * @param index its place among the URLs of the run, from 0
     * @param name that its entry would have had; null where the line is no URL, or where its server was to say it
     * @param reason one stable word
     * @param message one line for a person
     * @param attempts how many were made; 0: it was never asked for
     */
    record Failed(Line line, int index, @Nullable String name, String reason, String message, int attempts)
            implements Outcome {}

    /**
     * It says the same as an earlier line, with whose outcome it goes: nothing was fetched for it, and it has no entry of its own.
     *
     * @param line the line
     * @param index its place among the URLs of the run, from 0
     * @param first the place of that earlier line
     */
    record Duplicate(Line.Entry line, int index, int first) implements Outcome {}
}
