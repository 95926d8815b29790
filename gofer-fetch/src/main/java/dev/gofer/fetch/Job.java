package dev.gofer.fetch;

/**
 * A URL on its way through the pipeline.
 *
 * @param attempt from 1
 * @param complained an earlier attempt was told that its server has too much to do
 */
record Job(Line.Entry line, int index, String name, int attempt, boolean complained) {
    static Job first(Line.Entry line, int index, String name) {
        return new Job(line, index, name, 1, false);
    }

    /** Which limit it falls under: one server, that is one host and port. */
    String host() {
        return line.url().server();
    }

    Job again() {
        return new Job(line, index, name, attempt + 1, complained);
    }

    Job whoComplained() {
        return new Job(line, index, name, attempt, true);
    }
}
