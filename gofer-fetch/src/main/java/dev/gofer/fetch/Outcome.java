package dev.gofer.fetch;

/** What became of one line of the list. */
public sealed interface Outcome {
    /** The line. */
    Line line();

    /** Its place among the URLs of the run, from 0. */
    int index();

    /** It was fetched, and is an entry of the archive. {@code sha256} is in hexadecimal; {@code url} is where redirects led. */
    record Stored(Line.Entry line, int index, String name, long size, String sha256, String url, int attempts)
            implements Outcome {}

    /** An earlier run, interrupted since, had fetched it: it is an entry of the archive. */
    record Kept(Line.Entry line, int index, String name) implements Outcome {}

    /** It could not be fetched. {@code reason} is one stable word, {@code message} one line for a person; 0 attempts: it was never asked for. */
    record Failed(Line line, int index, String reason, String message, int attempts) implements Outcome {}
}
