package dev.gofer.fetch;

/** A URL on its way through the pipeline. */
record Job(Line.Entry line, int index, String name, int attempt) {
    /** Which limit it falls under: one server, that is one host and port. */
    String host() {
        return line.url().server();
    }

    Job again() {
        return new Job(line, index, name, attempt + 1);
    }
}
