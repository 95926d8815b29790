package dev.gofer.runtime;

import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One goroutine: a virtual thread, its number, and who started it. Go: {@code g}. */
public final class Goroutine implements Runnable {
    /* A goroutine's number is the number of its thread: every tool of the JDK shows it. main is 1 by decree.
     *
     * A goroutine is in the registry from before its thread starts until its body, and what follows it, has ended.
     * What wakes or is woken by a goroutine must not be reachable from here, or the garbage collector could not tell whether anybody
     * could still wake it (Garbage): the thread hangs on `thread` only, which can be made weak, and body and afterwards are on the
     * thread's own stack once it runs. In return every thread reaches the registry: see Registry.weaken. */

    /** What becomes of an exception that no goroutine caught. */
    public interface UncaughtHandler {
        /** Called by the dying goroutine, on its own thread; {@code finally} blocks have run. */
        void uncaught(Goroutine goroutine, Throwable exception);
    }

    static final ThreadFactory THREADS =
            builder().inheritInheritableThreadLocals(false).factory();

    private static final long MAIN = 1;

    /** Whether each goroutine shall know the line that started it: about a microsecond each. */
    private static final boolean WITH_SITES = Boolean.getBoolean("gofer.creationsites");

    private static volatile long mainThread = MAIN; // number of main's thread; written once, by startMain
    private static volatile UncaughtHandler uncaughtHandler = Goroutine::leaveToThread; // set once, by the program
    private static volatile Runnable lostHandler = () -> {}; // set once, by the program

    /** Ends the goroutine that throws it, quietly: {@code finally} blocks run, no handler is called. */
    private static final class Exit extends Error {
        private static final long serialVersionUID = 1;

        Exit() {
            super("Go.goexit()", null, false, false);
        }
    }

    private final Object site; // see site()
    private final long parent; // number of the goroutine or thread that started this one
    private @Nullable Callable<?> body; // null once it runs
    private @Nullable Runnable afterwards; // runs last, whatever the body did; null once the body runs
    private volatile @Nullable Thread thread; // null while weak
    private volatile @Nullable WeakReference<Thread>
            weakThread; // null while strong; both written by Garbage, one proof at a time
    private volatile @Nullable String lastWords; // null unless its thread may be garbage; written as these
    private long number;

    volatile Registry.@Nullable Stripe stripe; // that it is in; null once it is over. Written by Registry

    @Nullable
    Goroutine previous; // these two: guarded by the registry's stripe

    @Nullable
    Goroutine next;

    private Goroutine(Object task, Callable<?> body, @Nullable Runnable afterwards) {
        this.site = WITH_SITES ? caller(task) : task.getClass();
        this.body = body;
        this.afterwards = afterwards;
        this.parent = number(Thread.currentThread());
    }

    /**
     * Starts a goroutine.
     *
     * @param task what the user passed, for dumps
     * @param body runs first; its result is dropped
     * @param afterwards runs last, even if the body throws. Null for nothing
     */
    public static Goroutine start(Object task, Callable<?> body, @Nullable Runnable afterwards) {
        var goroutine = new Goroutine(task, body, afterwards);
        if (Bubble.exist()) {
            goroutine.startInBubble();
        } else {
            var thread = THREADS.newThread(goroutine);
            goroutine.start(thread, thread.threadId());
        }
        return goroutine;
    }

    /** A goroutine whose thread the caller makes, for its own scheduler. */
    static Goroutine unstarted(Object task, Callable<?> body) {
        return new Goroutine(task, body, null);
    }

    private void startInBubble() {
        var thread = Bubble.newThread(THREADS, this);
        boolean isStarted = false;
        try {
            start(thread, thread.threadId());
            isStarted = true;
        } finally {
            Bubble.started(thread, isStarted);
        }
    }

    /** Starts the goroutine that a program begins with; its number is 1. */
    public static Goroutine startMain(Object task, Callable<?> body) {
        var goroutine = new Goroutine(task, body, null);
        var thread = builder().name("main").unstarted(goroutine);
        mainThread = thread.threadId();
        goroutine.start(thread, MAIN);
        return goroutine;
    }

    private static Thread.Builder.OfVirtual builder() {
        return Scheduler.OURS == null ? Thread.ofVirtual() : JdkThreads.builder(Scheduler.OURS);
    }

    /**
     * Lets a virtual thread end, on its own. Otherwise, where a million goroutines start before any has ended, the compiler knows no class
     * that the JDK needs at the end of one, and each of the million would end in the interpreter, 10 µs away.
     */
    public static void warmUp() {
        THREADS.newThread(() -> {}).start();
    }

    /** What to throw to end the calling goroutine. */
    public static Error exit() {
        return new Exit();
    }

    /** Whether {@code exception} is what {@link #exit} made: pass it on. */
    public static boolean isExit(Throwable exception) {
        return exception instanceof Exit;
    }

    /** From now on, {@code handler} gets every exception that no goroutine caught. */
    public static void setUncaughtHandler(UncaughtHandler handler) {
        uncaughtHandler = handler;
    }

    /** From now on, {@code handler} is told that the JVM had no memory for a goroutine, and dropped it. It is run where there is none. */
    public static void setLostHandler(Runnable handler) {
        lostHandler = handler;
    }

    /** The JVM has no memory for a goroutine. Elsewhere than in a program, it does what the JDK's scheduler does: nothing. */
    static void lost() {
        lostHandler.run();
    }

    /** A number from 0 to {@code bound} - 1, as the scheduler likes it; all are equally likely. */
    public static int choose(int bound) {
        var bubble = Bubble.current();
        return bubble == null ? ThreadLocalRandom.current().nextInt(bound) : bubble.choose(bound);
    }

    /** The innermost frame that is not of this library, nor of the JDK. */
    private static Object caller(Object task) {
        var ours = Goroutine.class.getProtectionDomain();
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> {
                            var type = frame.getDeclaringClass();
                            return type.getProtectionDomain() != ours && type.getModule() != Object.class.getModule();
                        })
                        .findFirst())
                .<Object>map(StackWalker.StackFrame::toStackTraceElement)
                .orElse(task.getClass());
    }

    void start(Thread thread, long number) {
        this.thread = thread;
        this.number = number;
        Registry.add(this);
        try {
            thread.start();
        } catch (Throwable e) { // no memory for it
            Registry.remove(this);
            throw e;
        }
    }

    /** The thread's body; not for callers. */
    @Override
    public void run() {
        var run = Objects.requireNonNull(body, "a goroutine runs once");
        var last = afterwards;
        body = null;
        afterwards = null;
        try {
            run.call();
        } catch (Exit e) {
            // quietly
        } catch (Throwable e) {
            uncaught(e);
        } finally {
            runLast(last);
            Registry.remove(this);
        }
    }

    private void runLast(@Nullable Runnable last) {
        try {
            if (last != null) {
                last.run();
            }
        } catch (Throwable e) { // a counter that the body has taken too much from, say
            uncaught(e);
        }
    }

    private void uncaught(Throwable e) {
        if (!Bubble.failed(e)) {
            uncaughtHandler.uncaught(this, e);
        }
    }

    /** In a program that did not ask for Go's way, an exception is the thread's affair, as for any other thread. */
    private static void leaveToThread(Goroutine goroutine, Throwable exception) {
        var thread = Thread.currentThread();
        var handler = Thread.getDefaultUncaughtExceptionHandler();
        if (handler != null) {
            handler.uncaughtException(thread, exception);
        } else {
            thread.getThreadGroup().uncaughtException(thread, exception); // prints it
        }
    }

    /** The number that a goroutine on {@code thread} has. */
    static long number(Thread thread) {
        long id = thread.threadId();
        return id == mainThread ? MAIN : id;
    }

    /** Its number; the number of its thread, 1 for main. */
    public long number() {
        return number;
    }

    /** The number of the goroutine or other thread that started it. */
    public long parent() {
        return parent;
    }

    /**
     * Where it was started: the class of its task; with the system property {@code gofer.creationsites=true} the {@link StackTraceElement} of the
     * call.
     */
    public Object site() {
        return site;
    }

    /** Its thread, or null if that is garbage: nothing could ever wake it. */
    public @Nullable Thread thread() {
        var strong = thread;
        if (strong != null) {
            return strong;
        }
        var weak = weakThread;
        return weak == null ? thread : weak.get(); // thread: it was made strong in between
    }

    /** What a dump tells of it now that its thread is garbage; null while it is not. */
    public @Nullable String lastWords() {
        return thread() == null ? lastWords : null;
    }

    void setLastWords(@Nullable String words) {
        lastWords = words;
    }

    /** Lets the garbage collector take the thread if nobody else reaches it. Until {@link #strengthen}. */
    void weaken() {
        weakThread = new WeakReference<>(Objects.requireNonNull(thread));
        thread = null;
    }

    /** Undoes {@link #weaken}; false when it is too late. */
    boolean strengthen() {
        var kept = Objects.requireNonNull(weakThread).get();
        thread = kept;
        if (kept != null) {
            weakThread = null;
        }
        return kept != null;
    }

    @Override
    public String toString() {
        return "goroutine " + number;
    }
}
