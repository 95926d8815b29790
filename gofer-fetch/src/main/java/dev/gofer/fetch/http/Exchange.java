package dev.gofer.fetch.http;

/** A request that was sent, and the head of its answer: what is left is to read the body, and then to say how that went. */
interface Exchange {
    /** The head of the answer. */
    Head head();

    /** The bytes after the head, framed or not, as {@link Head#length} says. */
    Body.Source source();

    /** Whether a proxy answered in place of the origin, or could have. */
    boolean isByProxy();

    /** Ends the use of the connection by an attempt that is over: {@code whole} says that the answer was read to its end. */
    void done(boolean whole);

    /** The same for an answer whose body nobody wants, while the attempt goes on. */
    void discard(Attempt attempt) throws FetchException;
}
