package dev.gofer;

/** What can be locked and unlocked; a {@link Cond} is made from it. Go: {@code sync.Locker}. */
public interface Locker {
    /**
     * Locks; waits while somebody else has locked it.
     *
     * @throws java.util.concurrent.CancellationException when the thread is interrupted while it waits; the flag stays set
     */
    void lock();

    /**
     * Unlocks.
     *
     * @throws MisuseException when it is not locked
     */
    void unlock();
}
