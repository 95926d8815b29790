package dev.gofer;

/**
 * Thrown where a program breaks the rules of a primitive: a send on a closed channel, a negative counter. Its message has Go's words, then
 * what to do. It tells of a bug in the program; catch it only where Go would {@code recover}.
 */
public final class MisuseException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param message what was done, and what to do instead
     */
    public MisuseException(String message) {
        super(message);
    }
}
