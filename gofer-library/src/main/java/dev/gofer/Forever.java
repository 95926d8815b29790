package dev.gofer;

/** What a goroutine sleeps on that nothing can wake. */
enum Forever {
    SEND_TO_NIL("chan send (nil chan)"),
    RECEIVE_FROM_NIL("chan receive (nil chan)"),
    SELECT_NO_CASES("select (no cases)");

    /** Go's words for it. */
    final String reason;

    Forever(String reason) {
        this.reason = reason;
    }
}
