package dev.gofer.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads on a scheduler of our own. This class and {@link Switch} are the ones that reach into the JDK.
 *
 * <p>The JDK can do it but does not let us: it takes {@code --add-opens java.base/java.lang=ALL-UNNAMED} (or {@code =dev.gofer} where Gofer is
 * on the module path). Without it {@link #areOpen} is false, and everything has to work with the JDK's own scheduler.
 */
final class JdkThreads {
    /* A scheduler is an Executor: the JDK gives it a Runnable whenever a thread of it can run on, and the thread runs on inside that Runnable's
     * run, until it parks, yields or ends. A virtual thread that is started by another one inherits its scheduler.
     *
     * (1) carrier reads the thread's own field. Thread.currentCarrierThread would not do: the compiler takes it for a constant of the method,
     *     and after a park in the same method it is another.
     * (2) unpark does what VirtualThread.unpark does for a parked thread, without the permit: that is for those who are not parked yet, and the
     *     thread itself takes it back when it runs. Whoever else unparks it at the same time loses the race for the state, and leaves a permit
     *     that is taken back as well. */
    private static final boolean OPEN;
    private static final Class<?> VIRTUAL;
    private static final MethodHandle BUILDER; // (Executor) -> Thread.Builder.OfVirtual
    private static final VarHandle SCHEDULER; // these are fields of a virtual thread
    private static final ClassValue<MethodHandle> THREADS =
            new ClassValue<>() { // (Runnable) -> Thread: whose continuation that is
                @Override
                protected MethodHandle computeValue(Class<?> type) {
                    try {
                        return threadOfContinuation(type);
                    } catch (ReflectiveOperationException e) {
                        throw new LinkageError("the thread of a continuation", e);
                    }
                }
            };
    private static final Class<?> TASK; // what a thread hands its scheduler, as long as no agent rewrites it
    private static final MethodHandle THREAD_OF_TASK; // (Runnable) -> Thread
    private static final VarHandle CARRIER;
    private static final VarHandle CONTINUATION;
    private static final VarHandle STATE;
    private static final VarHandle ON_WAITING_LIST;
    private static final int PARKED;
    private static final int UNPARKED;
    private static final int UNBLOCKED;
    private static final Set<Integer> AT_MONITOR;

    static {
        boolean open = false;
        Class<?> virtual = Void.class;
        MethodHandle builder =
                MethodHandles.empty(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
        VarHandle scheduler = MethodHandles.arrayElementVarHandle(Object[].class); // never used
        VarHandle carrier = scheduler;
        VarHandle continuation = scheduler;
        VarHandle state = scheduler;
        VarHandle onWaitingList = scheduler;
        Class<?> task = Void.class;
        MethodHandle threadOfTask = MethodHandles.empty(MethodType.methodType(Thread.class, Runnable.class));
        int parked = 0;
        int unparked = 0;
        int unblocked = 0;
        Set<Integer> atMonitor = Set.of();
        try {
            virtual = Class.forName("java.lang.VirtualThread");
            var builders = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
            builder = MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
                    .findConstructor(builders, MethodType.methodType(void.class, Executor.class))
                    .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
            var inside = MethodHandles.privateLookupIn(virtual, MethodHandles.lookup());
            scheduler = inside.findVarHandle(virtual, "scheduler", Executor.class);
            carrier = inside.findVarHandle(virtual, "carrierThread", Thread.class);
            continuation = inside.findVarHandle(virtual, "runContinuation", Runnable.class);
            state = inside.findVarHandle(virtual, "state", int.class);
            onWaitingList = inside.findVarHandle(virtual, "onWaitingList", boolean.class);
            unblocked = (int)
                    inside.findStaticVarHandle(virtual, "UNBLOCKED", int.class).get();
            atMonitor = Set.of(
                    (int) inside.findStaticVarHandle(virtual, "BLOCKED", int.class)
                            .get(),
                    (int) inside.findStaticVarHandle(virtual, "WAIT", int.class).get(),
                    (int) inside.findStaticVarHandle(virtual, "TIMED_WAIT", int.class)
                            .get());
            parked = (int)
                    inside.findStaticVarHandle(virtual, "PARKED", int.class).get();
            unparked = (int)
                    inside.findStaticVarHandle(virtual, "UNPARKED", int.class).get();
            task = continuation.get(Thread.ofVirtual().unstarted(() -> {})).getClass();
            threadOfTask = THREADS.get(task); // or it throws
            open = true;
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            // not opened, or another JDK, or a JVM whose virtual threads are threads of the operating system
            open = false;
        }
        OPEN = open;
        TASK = task;
        THREAD_OF_TASK = threadOfTask;
        VIRTUAL = virtual;
        BUILDER = builder;
        SCHEDULER = scheduler;
        CARRIER = carrier;
        CONTINUATION = continuation;
        STATE = state;
        ON_WAITING_LIST = onWaitingList;
        PARKED = parked;
        UNPARKED = unparked;
        UNBLOCKED = unblocked;
        AT_MONITOR = atMonitor;
    }

    private JdkThreads() {}

    /**
     * A thread hands its scheduler the same object each time: a lambda that has captured the thread and nothing else. Its class is another after an
     * agent has rewritten that of the thread.
     */
    private static MethodHandle threadOfContinuation(Class<?> type) throws ReflectiveOperationException {
        for (var field : type.getDeclaredFields()) {
            if (field.getType().getName().equals("java.lang.VirtualThread")) {
                return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                        .unreflectGetter(field)
                        .asType(MethodType.methodType(Thread.class, Runnable.class));
            }
        }
        throw new NoSuchFieldException("the thread of a continuation");
    }

    /** Whether virtual threads can run on a scheduler of our own in this JVM. */
    static boolean areOpen() {
        return OPEN;
    }

    /** Makes virtual threads that run on {@code scheduler}. Only where {@link #areOpen}. */
    static Thread.Builder.OfVirtual builder(Executor scheduler) {
        if (!OPEN) {
            throw new IllegalStateException("needs --add-opens java.base/java.lang=ALL-UNNAMED");
        }
        try {
            return (Thread.Builder.OfVirtual) BUILDER.invokeExact(scheduler);
        } catch (Throwable e) {
            throw new LinkageError("a virtual thread's builder", e);
        }
    }

    /** What {@code thread} runs on; null where it is not virtual, and unless {@link #areOpen}. */
    static @Nullable Executor scheduler(Thread thread) {
        return OPEN && VIRTUAL.isInstance(thread) ? (Executor) SCHEDULER.get(thread) : null;
    }

    /** The platform thread that {@code thread}, which is the calling one, runs on: itself where it is not virtual. Only where {@link #areOpen}. */
    static Thread carrier(Thread thread) {
        return VIRTUAL.isInstance(thread) ? (Thread) CARRIER.getOpaque(thread) : thread; // (1)
    }

    /**
     * If {@code thread}, which has a scheduler, is parked without a time limit, makes it one that can run on: the caller has to see to it
     * that its {@link #continuation} runs. Only where {@link #areOpen}.
     */
    static boolean unpark(Thread thread) {
        return STATE.compareAndSet(thread, PARKED, UNPARKED); // (2)
    }

    /** Whether {@code thread}, which has let go of its carrier, waits to enter a monitor or to be notified. Only where {@link #areOpen}. */
    static boolean isAtMonitor(Thread thread) {
        return AT_MONITOR.contains((int) STATE.getVolatile(thread));
    }

    /** Whether {@code thread} has waited for a monitor that was let go of for it, and its scheduler may not have been told yet. Only where {@link #areOpen}. */
    static boolean isBeingUnblocked(Thread thread) {
        return (boolean) ON_WAITING_LIST.getVolatile(thread) || (int) STATE.getVolatile(thread) == UNBLOCKED;
    }

    /** What runs {@code thread}, which has a scheduler, until it parks, yields or ends. Only where {@link #areOpen}. */
    static Runnable continuation(Thread thread) {
        return (Runnable) CONTINUATION.get(thread);
    }

    /** The thread that is to run on: {@code task} itself, or whose continuation it is; null where it cannot be told fast. */
    static @Nullable Thread threadOf(Runnable task) {
        if (task instanceof Thread thread) {
            return thread;
        }
        if (!Switch.IS_OPEN || task.getClass() != TASK) {
            return null;
        }
        try {
            return (Thread) THREAD_OF_TASK.invokeExact(task);
        } catch (Throwable e) {
            throw new LinkageError("the thread of a continuation", e);
        }
    }

    /** The thread that runs on when {@code continuation} is run, which a scheduler was given. Only where {@link #areOpen}. */
    static Thread thread(Runnable continuation) {
        try {
            return (Thread) THREADS.get(continuation.getClass()).invokeExact(continuation);
        } catch (Throwable e) {
            throw new LinkageError("the thread of a continuation", e);
        }
    }
}
