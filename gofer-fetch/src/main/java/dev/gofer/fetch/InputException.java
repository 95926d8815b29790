package dev.gofer.fetch;

/** The list of URLs cannot be read, or holds no URL at all. The message says which list and why. */
public sealed class InputException extends Exception permits OtherListException {
    private static final long serialVersionUID = 1;

    /**
     * An exception for a list of one's own.
     *
     * @param message which list, and why
     */
    public InputException(String message) {
        super(message);
    }
}
