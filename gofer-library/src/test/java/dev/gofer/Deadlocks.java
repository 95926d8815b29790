package dev.gofer;

import dev.gofer.runtime.Garbage;
import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.HouseThread;
import dev.gofer.runtime.Registry;
import dev.gofer.runtime.Time;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the programs of {@link NearDeadlocks} and {@link TrueDeadlocks}.
 *
 * <pre>
 *     Deadlocks list near|true    prints their names
 *     Deadlocks all near|true     runs them all in this JVM, one after the other; prints "ok" and the name of each that passed
 *     Deadlocks one near|true N   runs one in this JVM, as a Go.main program
 * </pre>
 */
final class Deadlocks {
    /** A program whose main goroutine sleeps, and which somebody else can wake. */
    record Near(String name, Waker waker) {}

    /** A program that can never go on; in its report somebody sleeps for {@code reason}. */
    record Dead(String name, String reason, Task program) {}

    /** What could wake main. */
    interface Waker {
        /**
         * Makes everything ready for somebody to send to {@code woken}. What it returns makes him do so; it must not itself reach {@code woken}
         * but through him.
         */
        Trigger arm(Chan<String> woken) throws Exception;
    }

    /** Makes what main waits for happen. */
    interface Trigger {
        void pull() throws Exception;
    }

    private static final int LOOKS = 3;

    private Deadlocks() {}

    public static void main(String[] args) throws Exception {
        System.setProperty("jdk.trackAllThreads", "false");
        boolean isNear = args[1].equals("near");
        switch (args[0]) {
            case "list" -> {
                NearDeadlocks.all().stream()
                        .filter(near -> isNear)
                        .map(Near::name)
                        .forEach(System.out::println);
                TrueDeadlocks.all().stream()
                        .filter(dead -> !isNear)
                        .map(Dead::name)
                        .forEach(System.out::println);
            }
            case "all" -> {
                names(isNear).forEach(name -> System.out.println("to do " + name));
                if (isNear) {
                    for (var near : NearDeadlocks.all()) {
                        runHere(near);
                    }
                } else {
                    for (var dead : TrueDeadlocks.all()) {
                        runHere(dead);
                    }
                }
                System.exit(0); // the JVM's own pools may linger
            }
            default -> {
                if (isNear) {
                    var near = find(NearDeadlocks.all(), Near::name, args[2]);
                    var observer = new Observer(Thread.currentThread());
                    Go.main(() -> observer.sleepAndBeWoken(near));
                } else {
                    Go.main(find(TrueDeadlocks.all(), Dead::name, args[2]).program());
                }
            }
        }
    }

    private static List<String> names(boolean isNear) {
        return isNear
                ? NearDeadlocks.all().stream().map(Near::name).toList()
                : TrueDeadlocks.all().stream().map(Dead::name).toList();
    }

    private static <T> T find(List<T> all, java.util.function.Function<T, String> name, String wanted) {
        return all.stream()
                .filter(each -> name.apply(each).equals(wanted))
                .findFirst()
                .orElseThrow();
    }

    private static void runHere(Near near) throws InterruptedException {
        var over = new CountDownLatch(1);
        var observer = new Observer(Thread.currentThread());
        Go.go(() -> {
            observer.sleepAndBeWoken(near);
            over.countDown();
        });
        over.await();
        Asleep.until(() -> Registry.size() == 0);
        System.out.println("ok " + near.name());
    }

    private static void runHere(Dead dead) throws Exception {
        Goroutine.setUncaughtHandler((goroutine, exception) -> {}); // those that are interrupted in the end
        Goroutine.startMain(dead, Bodies.of(dead.program()));
        var watch = new DeadlockWatch(Thread.currentThread());
        String report = null;
        while (report == null) {
            Thread.onSpinWait();
            var suspicion = watch.suspicion();
            report = suspicion != null && (watch.nobodyCould() || watch.nobodyIsThere()) ? suspicion : null;
        }
        if (!report.contains(dead.reason())) {
            throw new AssertionError(dead.name() + ": " + report);
        }
        for (var goroutine : Registry.goroutines()) {
            var thread = goroutine.thread();
            if (thread != null) {
                thread.interrupt();
            }
        }
        Asleep.until(() -> Registry.size() == 0);
        System.out.println("ok " + dead.name());
    }

    /**
     * What reaches {@code thing} without keeping it: it must be kept by whoever is to wake main. So it fails where the JVM would have lost him.
     */
    static <T> Supplier<T> weakly(T thing) {
        var reference = new WeakReference<>(thing);
        return () -> {
            var kept = reference.get();
            if (kept == null) {
                throw new AssertionError("the garbage collector took what was to wake main");
            }
            return kept;
        };
    }

    /** Plays the watch while main sleeps, on a thread that counts as ours; then has main woken. */
    private static final class Observer {
        private final SynchronousQueue<Trigger> armed = new SynchronousQueue<>();
        private final Thread caller;

        Observer(Thread caller) {
            this.caller = caller;
        }

        /** The main goroutine's body. */
        void sleepAndBeWoken(Near near) throws Exception {
            var watcher = new HouseThread("gofer-observer", this::observe);
            watcher.start();
            var woken = new Chan<String>();
            armed.put(near.waker().arm(woken));
            System.out.println(woken.receive());
            watcher.join();
        }

        private void observe() {
            try {
                var trigger = armed.take();
                for (int looks = 0; looks < LOOKS; looks += look() ? 1 : 0) {
                    Thread.onSpinWait();
                }
                trigger.pull();
            } catch (Throwable e) {
                e.printStackTrace();
                throw Go.fatal(e);
            }
        }

        /** One look; false when somebody was awake, so that it was none. */
        private boolean look() {
            if (!areAllAsleep()) {
                return false;
            }
            var watch = new DeadlockWatch(caller);
            var suspicion = watch.suspicion();
            if (suspicion
                    == null) { // a goroutine waits for time or for the JDK, or a timer is set: that alone forbids the
                // report
                return areAllAsleep() && isHeldOff();
            }
            check(suspicion, Garbage.isEverybody());
            check(suspicion, watch.nobodyCould());
            check(suspicion, watch.nobodyIsThere());
            return suspicion.equals(watch.suspicion());
        }

        private static void check(String suspicion, boolean isProven) {
            if (isProven) {
                throw new AssertionError("a false alarm: " + suspicion);
            }
        }

        private static boolean isHeldOff() {
            return Time.hasPendingActions()
                    || !Registry.allMatch(goroutine -> {
                        var thread = goroutine.thread();
                        return thread != null
                                && thread.getState() == Thread.State.WAITING
                                && isOurs(dev.gofer.runtime.Park.blocker(thread));
                    });
        }

        private static boolean isOurs(@Nullable Object blocker) {
            return blocker != null && blocker.getClass().getName().startsWith("dev.gofer.");
        }

        private static boolean areAllAsleep() {
            var states = new ArrayList<Thread.State>();
            for (var goroutine : Registry.goroutines()) {
                var thread = goroutine.thread();
                states.add(thread == null ? Thread.State.NEW : thread.getState());
            }
            return !states.isEmpty()
                    && states.stream()
                            .allMatch(state -> state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
        }
    }
}
