package dev.gofer.runtime;

import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent lets us: what the JDK and the user's own code take for the time, for a timer and for a thread of a pool is the bubble's, for the members of a
 * bubble.
 */
public final class JdkTime {
    /* Classes are rewritten (TimeRewriter) to call the methods below that say so, by way of a class in java.lang (Hooks). For all threads but members of a
     * bubble that is the scheduler of its virtual threads, they do what was there before.
     *
     * (1) A timed park of the JDK's ends by a timer that the thread's carrier sets when the thread has let go of it (`schedule`): that is the
     *     driver, which has the baton. So such a sleep is an event of the bubble, and is durable.
     * (2) What looks at the clock before and after, as all loops around a timed park do, sees the bubble's. */
    private static final long SINCE_1970 = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();
    private static final long ORIGIN =
            1_000_000_000_000L; // of nanoTime in a bubble: any that is not 0, which some take for "no deadline"

    private static boolean isInstalled; // guarded by this class
    private static volatile @Nullable String trouble; // what could not be rewritten

    private JdkTime() {}

    /** Rewrites what is loaded and what will be. Does nothing the second time. */
    public static synchronized void install(Instrumentation instrumentation) {
        if (isInstalled) {
            return;
        }
        isInstalled = true;
        var base = Object.class.getModule();
        instrumentation.redefineModule(
                base, Set.of(), Map.of(), Map.of("java.lang", Set.of(JdkTime.class.getModule())), Set.of(), Map.of());
        if (!JdkThreads.areOpen()) {
            trouble = "virtual threads had been used before the agent came";
            return;
        }
        try {
            Bubble.exist(); // the rewritten classes ask: the class must not be in the midst of its initialization then
            Hooks.define(hooks());
            instrumentation.addTransformer(new TimeRewriter(), true);
            var loaded = new ArrayList<Class<?>>();
            for (Class<?> type : instrumentation.getAllLoadedClasses()) {
                if (instrumentation.isModifiableClass(type)
                        && !type.isHidden()
                        && TimeRewriter.concerns(type.getName().replace('.', '/'), type.getClassLoader())) {
                    loaded.add(type);
                }
            }
            instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
        } catch (IllegalAccessException | UnmodifiableClassException | LinkageError e) {
            trouble = e.toString();
        }
    }

    /** Class {@code name} stays as it is: that matters if it is one of the JDK's. */
    static void note(String name, Throwable e) {
        if (name.startsWith("java/")) {
            trouble = name + ": " + e;
        }
    }

    /** What could not be rewritten, for people; null for nothing. */
    public static @Nullable String trouble() {
        return trouble;
    }

    private static Map<String, MethodHandle> hooks() throws IllegalAccessException {
        var hooks = new LinkedHashMap<String, MethodHandle>();
        for (Method method : JdkTime.class.getDeclaredMethods()) {
            if (method.isAnnotationPresent(Hook.class)) {
                hooks.put(method.getName(), MethodHandles.lookup().unreflect(method));
            }
        }
        return hooks;
    }

    /** Called by rewritten classes, by name. */
    @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
    private @interface Hook {}

    /** The bubble, if it is the scheduler of its threads, that the calling thread is in; null for none. */
    private static @Nullable Bubble here() {
        var bubble = Bubble.exist() ? OpenCarrier.bubble(Thread.currentThread()) : null;
        return bubble == null || bubble.isOver ? null : bubble;
    }

    /** For {@link System#nanoTime}. */
    @Hook
    static long nanoTime() {
        var bubble = here();
        return bubble == null ? System.nanoTime() : ORIGIN + bubble.now();
    }

    /** For {@link System#currentTimeMillis}. */
    @Hook
    static long currentTimeMillis() {
        var bubble = here();
        return bubble == null ? System.currentTimeMillis() : SINCE_1970 + bubble.now() / 1_000_000;
    }

    /** For {@link Instant#now}; null for "as ever". */
    @Hook
    static @Nullable Instant instant() {
        var bubble = here();
        return bubble == null ? null : bubble.instant();
    }

    /** For a virtual thread's timer, which ends a sleep of {@code thread} (1); null for "as ever". */
    @Hook
    static @Nullable Future<?> schedule(Thread thread, Runnable command, long delay, TimeUnit unit) {
        return Bubble.exist() && JdkThreads.scheduler(thread) instanceof OpenCarrier carrier
                ? carrier.schedule(command, unit.toNanos(delay))
                : null;
    }

    /** For a timed park of a thread that is pinned; false for "as ever". */
    @Hook
    static boolean sleepPinned(Thread thread, boolean isTimed, long delay) {
        return isTimed
                && Bubble.exist()
                && JdkThreads.scheduler(thread) instanceof OpenCarrier carrier
                && carrier.sleepPinned(delay);
    }

    /** For a delayed task of a {@link ForkJoinPool}, which {@link java.util.concurrent.CompletableFuture} uses, too; false for "as ever". */
    @Hook
    static boolean delay(Object task) {
        var bubble = here();
        if (bubble == null) {
            return false;
        }
        bubble.schedule(((Delayed) task).getDelay(TimeUnit.NANOSECONDS), ((ForkJoinTask<?>) task)::quietlyInvoke);
        return true;
    }

    /** For the thread of a pool; null for "as ever". */
    @Hook
    static @Nullable Thread newThread(Runnable body) {
        return here() == null ? null : Thread.ofVirtual().unstarted(body); // which inherits the bubble
    }

    /** For what {@code thread} has thrown and nobody caught; false for "as ever", also where it has a handler of its own. */
    @Hook
    static boolean uncaught(Thread thread, Throwable exception) {
        return here() != null
                && thread.getUncaughtExceptionHandler() instanceof ThreadGroup
                && Bubble.failed(exception);
    }

    /** Before what another thread may see; {@code operation} says what, for people. */
    @Hook
    static void step(String operation) {
        if (Bubble.exist()) {
            Bubble.stepOfUser(operation);
        }
    }

    /** For a task of a {@link java.util.concurrent.CompletableFuture}: one of the common pool's is run by a thread of the bubble. */
    @Hook
    static void execute(Executor executor, Runnable task) {
        if (executor == ForkJoinPool.commonPool() && here() != null) {
            var _ = Thread.ofVirtual().start(task);
        } else {
            executor.execute(task);
        }
    }
}
