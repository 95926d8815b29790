package dev.gofer.check;

import dev.gofer.Go;

/** Who is in a section that a lock guards; lets others run there, and throws when somebody is there who must not be. */
final class Inside {
    private int readers;
    private int writers;
    private int visits;

    /** Enters alone, stays for a moment, and leaves. */
    void visitAlone() {
        writers++;
        visits++;
        Expect.that(writers == 1 && readers == 0, "alone: " + this);
        Go.gosched();
        Expect.that(writers == 1 && readers == 0, "still alone: " + this);
        writers--;
    }

    /** The same, with any number of others who do no more than read. */
    void visitToRead() {
        readers++;
        visits++;
        Expect.that(writers == 0, "nobody writes: " + this);
        Go.gosched();
        Expect.that(writers == 0, "still nobody writes: " + this);
        readers--;
    }

    /** How often anybody has been there. */
    int visits() {
        return visits;
    }

    @Override
    public String toString() {
        return writers + " who write, " + readers + " who read";
    }
}
