package dev.gofer.runtime;

import java.util.concurrent.ThreadFactory;

/** How the members of a {@link Bubble} run, sleep and wake. All but {@link #enter} is called with the baton. */
sealed interface Carrier permits OpenCarrier, BatonCarrier {
    /** Makes the thread of a member, for a body that the caller knows; {@link #started} follows. */
    Thread newThread(ThreadFactory factory, Runnable body);

    /** The thread has been started, or could not be. */
    void started(Thread thread, boolean isStarted);

    /** Starts a member that runs {@code body}. */
    void start(Runnable body);

    /** The calling member takes hold of the baton that it was given. */
    Member enter();

    /** It lets go of it, and runs on. */
    void leave(Member me);

    /** Lets {@code member}, which is ready, run until it sleeps, yields or ends. By the driver. */
    void resume(Member member);

    /** The calling member sleeps, until it is woken or for no reason; and, unless durably, until {@code deadline} of the world's clock at most. */
    void sleep(Member me, Object blocker, boolean isDurable, long deadline);

    /** The calling member is ready, and others may run first. */
    void letOthersRun(Member me);

    /** Ends the sleep of {@code member}; if it does not sleep, that of its next. */
    void wake(Member member);

    /** Takes in what others have posted. */
    void readInbox();

    /** Whether a member that seemed to sleep durably goes on, though nobody has told. */
    boolean hasAnyAwoken();

    /** Whether a member that seems to sleep durably waits for a monitor, which somebody outside may have. */
    boolean isAnyAtMonitor();

    /** Whether a member that seemed to wait for somebody outside sleeps durably now. */
    boolean hasAnyFallenAsleep();

    /** Wakes members that were interrupted in their sleep and have not told yet; whether there is any. */
    boolean wakeInterrupted();

    /** The bubble is over. */
    void end();
}
