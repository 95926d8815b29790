package dev.gofer.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads on a scheduler of our own; the one class that reaches into the JDK.
 *
 * <p>The JDK can do it but does not let us: it takes {@code --add-opens java.base/java.lang=ALL-UNNAMED} (or {@code =dev.gofer} where Gofer is
 * on the module path). Without it {@link #areOpen} is false, and everything has to work with the JDK's own scheduler.
 */
final class JdkThreads {
    /* A scheduler is an Executor: the JDK gives it a Runnable whenever a thread of it can run on, and the thread runs on inside that Runnable's
     * run, until it parks, yields or ends. A virtual thread that is started by another one inherits its scheduler. */
    private static final @Nullable MethodHandle BUILDER; // (Executor) -> Thread.Builder.OfVirtual
    private static final @Nullable VarHandle SCHEDULER; // of a virtual thread
    private static final @Nullable MethodHandle THREAD; // (Runnable) -> Thread: whose continuation that is

    static {
        MethodHandle builder = null;
        VarHandle scheduler = null;
        MethodHandle thread = null;
        try {
            var virtual = Class.forName("java.lang.VirtualThread");
            var builders = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
            builder = MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
                    .findConstructor(builders, MethodType.methodType(void.class, Executor.class))
                    .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
            scheduler = MethodHandles.privateLookupIn(virtual, MethodHandles.lookup())
                    .findVarHandle(virtual, "scheduler", Executor.class);
            thread = threadOfContinuation(virtual);
        } catch (ReflectiveOperationException e) { // not opened, or another JDK
            builder = null;
        }
        BUILDER = builder;
        SCHEDULER = builder == null ? null : scheduler;
        THREAD = builder == null ? null : thread;
    }

    private JdkThreads() {}

    /** A thread hands its scheduler the same object each time: a lambda that has captured the thread and nothing else. */
    private static MethodHandle threadOfContinuation(Class<?> virtual) throws ReflectiveOperationException {
        var any = Thread.ofVirtual().unstarted(() -> {});
        var continuation = MethodHandles.privateLookupIn(virtual, MethodHandles.lookup())
                .findVarHandle(virtual, "runContinuation", Runnable.class)
                .get(any);
        for (var field : continuation.getClass().getDeclaredFields()) {
            if (field.getType() == virtual) {
                var getter = MethodHandles.privateLookupIn(continuation.getClass(), MethodHandles.lookup())
                        .unreflectGetter(field)
                        .asType(MethodType.methodType(Thread.class, Runnable.class));
                return getter;
            }
        }
        throw new NoSuchFieldException("the thread of a continuation");
    }

    /** Whether virtual threads can run on a scheduler of our own in this JVM. */
    static boolean areOpen() {
        return BUILDER != null;
    }

    /** Makes virtual threads that run on {@code scheduler}. Only where {@link #areOpen}. */
    static Thread.Builder.OfVirtual builder(Executor scheduler) {
        if (BUILDER == null) {
            throw new IllegalStateException("needs --add-opens java.base/java.lang=ALL-UNNAMED");
        }
        try {
            return (Thread.Builder.OfVirtual) BUILDER.invokeExact(scheduler);
        } catch (Throwable e) {
            throw new LinkageError("a virtual thread's builder", e);
        }
    }

    /** What {@code thread}, which is virtual, runs on; null unless {@link #areOpen}. */
    static @Nullable Executor scheduler(Thread thread) {
        return SCHEDULER == null ? null : (Executor) SCHEDULER.get(thread);
    }

    /** The thread that runs on when {@code continuation} is run, which a scheduler was given. Only where {@link #areOpen}. */
    static Thread thread(Runnable continuation) {
        try {
            return (Thread) Objects.requireNonNull(THREAD).invokeExact(continuation);
        } catch (Throwable e) {
            throw new LinkageError("the thread of a continuation", e);
        }
    }
}
