package dev.gofer.fetch;

/** The list is another than the one that an unfinished run had, as far as that run came: nothing of what it left is touched. */
public final class OtherListException extends InputException {
    private static final long serialVersionUID = 1;

    OtherListException(String how) {
        super(how
                + ": this is another list than the unfinished run had; go on with that one, name another output, or discard "
                + "what that run left");
    }
}
