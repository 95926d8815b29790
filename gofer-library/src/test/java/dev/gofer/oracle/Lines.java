package dev.gofer.oracle;

/** Indented lines of a source text. */
final class Lines {
    private final StringBuilder text = new StringBuilder();
    private final String indent;
    private int depth;

    Lines(String indent) {
        this.indent = indent;
    }

    Lines add(String line) {
        text.append(line.isEmpty() ? "" : indent.repeat(depth)).append(line).append('\n');
        return this;
    }

    /** Adds a line; those that follow are indented. */
    Lines open(String line) {
        add(line);
        depth++;
        return this;
    }

    /** Ends the indentation, and adds a line. */
    Lines close(String line) {
        depth--;
        return add(line);
    }

    Lines indent() {
        depth++;
        return this;
    }

    int depth() {
        return depth;
    }

    /** Ends the indentation. */
    Lines leave() {
        depth--;
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
