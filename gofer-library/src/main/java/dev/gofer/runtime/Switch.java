package dev.gofer.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Has a virtual thread run on a {@link Worker} as the JDK does it itself, less what only other schedulers and carriers need. Go: {@code
 * runtime.execute}.
 *
 * <p>It takes the same flag as {@link JdkThreads}, and the parts of JDK 25; {@link #IS_OPEN} tells whether both are there. If not, the JDK's own way
 * does.
 */
final class Switch {
    /* run is VirtualThread.runContinuation with mount, Continuation.run and unmount in it, and what afterYield does for who parks. It differs in this:
     *
     * (1) The states are the JDK's, in its order; so whatever the JDK does to a parked thread (unpark, interrupt, a walk over its stack), it can
     *     do to this one.
     * (2) The JDK forgets the carrier under the thread's interruptLock, so that nobody interrupts a carrier that has gone on to another thread. Here
     *     the carrier is forgotten first, then the state is written, which is a fence, and `interrupted` is read last. Who still saw the
     *     carrier had written `interrupted` before, and holds the lock: so he is seen, and waited for. Or the thread runs elsewhere already and has
     *     cleared `interrupted`, under that lock: then the carrier's own flag is seen.
     * (3) Who has changed the state to RUNNING has the continuation to himself, so `mounted` needs no compare-and-set.
     * (4) Once the thread is on its carrier, run asks for no current thread: the compiler takes Thread.currentThread for a constant of whatever it
     *     compiles as a whole, but for methods that the JDK marks. Therefore run is one long method: one of more than 325 bytes of code
     *     (FreqInlineSize) is never compiled into its caller, which may ask. SwitchTest looks at that.
     * (5) Whoever calls a handle for the first time has the JVM link the call, which takes memory. So what is rarely done is a method that `link` has
     *     called: in a full heap it would fail in the middle. */

    /** Whether {@link #run} can be called. */
    static final boolean IS_OPEN = isOpen();

    private static final int NOTHING = 0; // what run leaves to finish
    private static final int ENDS = 1;
    private static final int YIELDS = 2;
    private static final int RUNS_ON = 3;
    private static final int IS_INTERRUPTED = 4;

    private Switch() {}

    private static boolean isOpen() {
        try {
            return JdkThreads.areOpen() && Parts.RUNNING != Parts.PARKED;
        } catch (LinkageError e) { // another JDK: its parts have other names
            return false;
        }
    }

    /**
     * Runs {@code thread} until it parks, yields or ends; does nothing if it cannot run now. Called by {@code worker}.
     *
     * @return what is left to {@link #finish}; 0 for nothing
     */
    static int run(Thread thread, Worker worker) throws Throwable {
        int state = (int) Parts.STATE.getVolatile(thread);
        if (!(state == Parts.UNPARKED || state == Parts.STARTED || state == Parts.YIELDED || state == Parts.UNBLOCKED)
                || !Parts.STATE.compareAndSet(thread, state, Parts.RUNNING)) {
            return NOTHING;
        }
        if ((boolean) Parts.PARK_PERMIT.getVolatile(thread) && state == Parts.UNPARKED) {
            takePermit(thread);
        } else if (state == Parts.UNBLOCKED) {
            takeBlockPermit(thread);
        }
        if (Parts.TIMEOUT_TASK.get(thread) != null) {
            cancelTimeout(thread);
        }

        Parts.NOTIFY_MOUNT.invokeExact(thread, true);
        Parts.CARRIER.setVolatile(
                thread, (Thread) worker); // a fence: whoever interrupts it sees the carrier, or is seen
        if (isInterrupted(thread, worker)) {
            passInterruptOn(thread, worker);
        }
        var continuation = (Object) Parts.CONTINUATION.get(thread);
        Parts.SET_CURRENT_THREAD.invokeExact((Thread) worker, thread);
        Parts.MOUNTED.setOpaque(continuation, true); // (3)
        Parts.SET_SCOPED_VALUES.invokeExact((Object[]) Parts.SCOPED_VALUES.get(continuation));
        Parts.SET_CONTINUATION.invokeExact((Thread) worker, continuation);
        @Nullable Throwable thrown = null;
        try {
            Parts.ENTER.invokeExact(continuation, Parts.TAIL.get(continuation) != null, true);
        } catch (Throwable e) {
            thrown = e;
        }
        VarHandle.storeStoreFence(); // as in Continuation.run
        Parts.SET_CONTINUATION.invokeExact((Thread) worker, (Object) null);
        Parts.SCOPED_VALUES.set(continuation, (Object[]) Parts.GET_SCOPED_VALUES.invokeExact());
        Parts.SET_SCOPED_VALUES.invokeExact((Object[]) null);
        Parts.MOUNTED.setOpaque(continuation, false);
        Parts.SET_CURRENT_THREAD.invokeExact((Thread) worker, (Thread) worker);
        Parts.CARRIER.setRelease(thread, (Thread) null);
        Parts.NOTIFY_UNMOUNT.invokeExact(thread, false);

        if ((boolean) Parts.DONE.get(continuation)) { // also with an exception: of the handler of uncaught ones
            Parts.TAIL.set(continuation, null);
            return ENDS;
        }
        if (thrown != null) {
            throw thrown;
        }
        if ((int) Parts.STATE.get(thread) != Parts.PARKING) {
            return YIELDS;
        }
        Parts.STATE.setVolatile(thread, Parts.PARKED); // from here on it may run elsewhere
        if ((boolean) Parts.PARK_PERMIT.getVolatile(thread) && unpark(thread)) {
            return RUNS_ON;
        }
        return isInterrupted(thread, worker) ? IS_INTERRUPTED : NOTHING; // (2)
    }

    /** Does what {@link #run} has left to do for {@code thread}. Called by {@code worker}, which ran it. */
    static void finish(Thread thread, int left, Worker worker) throws Throwable {
        if (left == ENDS) {
            Parts.AFTER_DONE.invokeExact(thread);
        } else if (left == YIELDS) {
            Parts.AFTER_YIELD.invokeExact(thread); // the JDK's own ways to wait, and Thread.yield
        } else if (left == RUNS_ON) {
            worker.scheduler.execute(thread);
        }
        if (isInterrupted(thread, worker)) {
            keepFrom(thread, worker);
        }
    }

    /** Has the JVM link what is rarely done: (5). */
    static void link(Worker worker) {
        if (!IS_OPEN) {
            return;
        }
        var thread = Thread.ofVirtual().unstarted(() -> {});
        try {
            takePermit(thread);
            takeBlockPermit(thread);
            cancelTimeout(thread);
            unpark(thread);
            Parts.INTERRUPTED.setVolatile(thread, true);
            passInterruptOn(thread, worker);
            Parts.INTERRUPTED.setVolatile(thread, false);
            passInterruptOn(thread, worker);
            keepFrom(thread, worker);
        } catch (Throwable e) {
            throw new LinkageError("a virtual thread's parts", e);
        }
    }

    private static void takePermit(Thread thread) {
        Parts.PARK_PERMIT.setVolatile(thread, false);
    }

    private static void takeBlockPermit(Thread thread) {
        Parts.BLOCK_PERMIT.setVolatile(thread, false);
    }

    private static void cancelTimeout(Thread thread) throws Throwable {
        Parts.CANCEL_TIMEOUT.invokeExact(thread);
    }

    private static boolean unpark(Thread thread) {
        return Parts.STATE.compareAndSet(thread, Parts.PARKED, Parts.UNPARKED);
    }

    private static boolean isInterrupted(Thread thread, Thread carrier) {
        return (boolean) Parts.INTERRUPTED.getVolatile(thread)
                || (boolean) Parts.INTERRUPTED.get(carrier); // in this order: (2)
    }

    /** Has {@code carrier} be interrupted if {@code thread} is, which it is about to run. */
    private static void passInterruptOn(Thread thread, Thread carrier) throws Throwable {
        synchronized (Parts.INTERRUPT_LOCK.get(thread)) {
            if ((boolean) Parts.INTERRUPTED.getVolatile(thread)) {
                Parts.SET_INTERRUPT.invokeExact(carrier);
            } else {
                Parts.CLEAR_INTERRUPT.invokeExact(carrier);
            }
        }
    }

    /** Waits for whoever interrupts {@code thread} and may have seen {@code carrier}, and undoes it there. */
    private static void keepFrom(Thread thread, Thread carrier) throws Throwable {
        synchronized (Parts.INTERRUPT_LOCK.get(thread)) {
            Parts.CLEAR_INTERRUPT.invokeExact(carrier);
        }
    }

    /** What it takes of the JDK; to touch this class fails where something is missing. */
    private static final class Parts {
        private static final Class<?> VIRTUAL_THREAD = type("java.lang.VirtualThread");
        private static final Class<?> CONTINUATION_TYPE = openContinuation();

        static final int STARTED = state("STARTED");
        static final int RUNNING = state("RUNNING");
        static final int PARKING = state("PARKING");
        static final int PARKED = state("PARKED");
        static final int UNPARKED = state("UNPARKED");
        static final int UNBLOCKED = state("UNBLOCKED");
        static final int YIELDED = state("YIELDED");

        static final VarHandle STATE = field(VIRTUAL_THREAD, "state", int.class);
        static final VarHandle PARK_PERMIT = field(VIRTUAL_THREAD, "parkPermit", boolean.class);
        static final VarHandle BLOCK_PERMIT = field(VIRTUAL_THREAD, "blockPermit", boolean.class);
        static final VarHandle TIMEOUT_TASK = field(VIRTUAL_THREAD, "timeoutTask", Future.class);
        static final VarHandle CARRIER = field(VIRTUAL_THREAD, "carrierThread", Thread.class);
        static final VarHandle CONTINUATION = field(VIRTUAL_THREAD, "cont", CONTINUATION_TYPE);
        static final VarHandle INTERRUPTED = field(Thread.class, "interrupted", boolean.class);
        static final VarHandle INTERRUPT_LOCK = field(Thread.class, "interruptLock", Object.class);
        static final VarHandle TAIL = field(CONTINUATION_TYPE, "tail", type("jdk.internal.vm.StackChunk"));
        static final VarHandle MOUNTED = field(CONTINUATION_TYPE, "mounted", boolean.class);
        static final VarHandle DONE = field(CONTINUATION_TYPE, "done", boolean.class);
        static final VarHandle SCOPED_VALUES = field(CONTINUATION_TYPE, "scopedValueCache", Object[].class);

        static final MethodHandle NOTIFY_MOUNT = method(VIRTUAL_THREAD, "notifyJvmtiMount", void.class, boolean.class);
        static final MethodHandle NOTIFY_UNMOUNT =
                method(VIRTUAL_THREAD, "notifyJvmtiUnmount", void.class, boolean.class);
        static final MethodHandle AFTER_YIELD = method(VIRTUAL_THREAD, "afterYield", void.class);
        static final MethodHandle AFTER_DONE = method(VIRTUAL_THREAD, "afterDone", void.class);
        static final MethodHandle CANCEL_TIMEOUT = method(VIRTUAL_THREAD, "cancelTimeoutTask", void.class);
        static final MethodHandle SET_CURRENT_THREAD =
                method(Thread.class, "setCurrentThread", void.class, Thread.class);
        static final MethodHandle SET_CONTINUATION = method(
                        Thread.class, "setContinuation", void.class, CONTINUATION_TYPE)
                .asType(MethodType.methodType(void.class, Thread.class, Object.class));
        static final MethodHandle SET_INTERRUPT = method(Thread.class, "setInterrupt", void.class);
        static final MethodHandle CLEAR_INTERRUPT = method(Thread.class, "clearInterrupt", void.class);
        static final MethodHandle GET_SCOPED_VALUES = function(Thread.class, "scopedValueCache", Object[].class);
        static final MethodHandle SET_SCOPED_VALUES =
                function(Thread.class, "setScopedValueCache", void.class, Object[].class);
        static final MethodHandle ENTER = // has it run from its beginning, or on
                function(CONTINUATION_TYPE, "enterSpecial", void.class, CONTINUATION_TYPE, boolean.class, boolean.class)
                        .asType(MethodType.methodType(void.class, Object.class, boolean.class, boolean.class));

        private static Class<?> type(String name) {
            try {
                return Class.forName(name);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("a class of the JDK's", e);
            }
        }

        /** Continuations are in a package of the same module that is not open. Who may use all of java.lang may use what opens it. */
        private static Class<?> openContinuation() {
            try {
                var type = type("java.lang.VirtualThread$VThreadContinuation").getSuperclass();
                var open = Module.class.getDeclaredMethod("implAddOpens", String.class, Module.class);
                open.setAccessible(true);
                open.invoke(type.getModule(), type.getPackageName(), Switch.class.getModule());
                return type;
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new LinkageError("the JDK's continuations", e);
            }
        }

        private static MethodHandles.Lookup inside(Class<?> type) throws IllegalAccessException {
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        }

        private static int state(String name) {
            try {
                return (int) inside(VIRTUAL_THREAD)
                        .findStaticVarHandle(VIRTUAL_THREAD, name, int.class)
                        .get();
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("a state of the JDK's", e);
            }
        }

        private static VarHandle field(Class<?> type, String name, Class<?> of) {
            try {
                return inside(type).findVarHandle(type, name, of);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("a field of the JDK's", e);
            }
        }

        /** A method that is called with a {@link Thread} before its arguments. */
        private static MethodHandle method(Class<?> type, String name, Class<?> result, Class<?>... arguments) {
            try {
                var called = MethodType.methodType(result, arguments);
                return inside(type)
                        .findSpecial(type, name, called, type)
                        .asType(called.insertParameterTypes(0, Thread.class));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("a method of the JDK's", e);
            }
        }

        private static MethodHandle function(Class<?> type, String name, Class<?> result, Class<?>... arguments) {
            try {
                return inside(type).findStatic(type, name, MethodType.methodType(result, arguments));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("a function of the JDK's", e);
            }
        }
    }
}
