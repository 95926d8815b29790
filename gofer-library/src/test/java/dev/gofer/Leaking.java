package dev.gofer;

import static dev.gofer.Go.go;
import static dev.gofer.Go.select;

import dev.gofer.runtime.Registry;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Programs without {@link Go#main} that ask for {@link Go#deadlocked}, for {@link LeaksTest} to run in JVMs of their own. */
final class Leaking {
    private static volatile @Nullable Chan<Integer> field;

    private Leaking() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "blind" -> {
                Chan<Integer> channel = new Chan<>();
                go(channel::receive);
                try {
                    System.out.println(Go.deadlocked());
                } catch (IllegalStateException e) {
                    System.out.println(e.getMessage());
                }
            }
            case "none" -> {
                everybodyIsNeeded();
                System.out.println("the end");
            }
            case "some" -> {
                someAreLost();
                System.out.println("the end");
            }
            default -> embedded();
        }
    }

    /** Goroutines that sleep, and that somebody reaches. */
    private static void everybodyIsNeeded() {
        check(Go.deadlocked().isEmpty(), "no goroutines");
        var onStack = new Chan<Integer>();
        var inField = new Chan<Integer>();
        var ofThread = new Chan<Integer>();
        var ofGoroutine = new Chan<Integer>();
        var latch = new CountDownLatch(1);
        field = inField;
        go(onStack::receive);
        go(inField::receive);
        go(ofThread::receive);
        go(() -> ofGoroutine.send(Crew.next(onStack)));
        go(ofGoroutine::receive);
        go(() -> Go.sleep(java.time.Duration.ofDays(1)));
        go(() -> Go.after(java.time.Duration.ofDays(1)).receive());
        go(Go::select);
        NearByThreads.daemon(() -> {
            NearByThreads.await(latch);
            ofThread.send(1);
        });
        sleepers(8);
        for (int i = 0; i < 3; i++) {
            check(Go.deadlocked().isEmpty(), "somebody reaches each of them");
        }
        latch.countDown();
        onStack.send(1);
        Objects.requireNonNull(field).send(1);
        onStack.send(2);
        until(() -> Registry.size() == 3); // those that wait for time, and select()
        check(Go.deadlocked().isEmpty(), "the rest sleeps until some time, or on purpose");
    }

    private static void someAreLost() {
        var kept = new Chan<Integer>();
        go(kept::receive);
        var reference = lose();
        sleepers(6);
        check(Go.dump().contains("[chan receive]:"), Go.dump());
        var report = Go.deadlocked();
        check(count(report, "(leaked)]:") == 5, report);
        check(count(report, "[chan send (leaked)]:") == 2, report);
        check(report.contains("[sync.WaitGroup.Wait (leaked)]:\n\tat dev.gofer.WaitGroup."), report);
        check(count(report, "created by dev.gofer.Leaking in goroutine ") == 5, report);
        check(report.contains("dev.gofer.Leaking."), report);
        check(reference.get() == null, "what only they referred to is freed");
        check(Go.numGoroutine() == 6, "they still count");
        check(Go.dump().contains(report.substring(0, report.indexOf('\n'))), Go.dump());
        check(Go.deadlocked().equals(report), "a later call tells of the same");
        kept.send(1);
        until(() -> Registry.size() == 5);
        check(Go.deadlocked().equals(report), "the one that ended is not among them");
    }

    /** Two that wait for each other, and a third for them; two that nobody answers. */
    private static WeakReference<Object> lose() {
        var answer = new Chan<Object>();
        var load = new Object();
        go(() -> answer.send(load));
        go(() -> new Chan<Integer>().send(1));
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        go(() -> b.send(Crew.next(a)));
        go(() -> a.send(Crew.next(b)));
        var group = new WaitGroup();
        group.add(1);
        go(group::await);
        return new WeakReference<>(load);
    }

    /** As in a server: all goroutines sleep for ever, nothing watches, nothing ends. */
    private static void embedded() throws InterruptedException {
        go(() -> new Chan<Integer>().receive());
        go(() -> select());
        go(() -> {
            throw new IllegalStateException("on purpose");
        });
        sleepers(2);
        for (var thread : Thread.getAllStackTraces().keySet()) {
            boolean runsGoroutines =
                    thread.getName().equals("gofer-monitor") || thread.getName().startsWith("gofer-worker-");
            check(runsGoroutines || !thread.getName().startsWith("gofer-"), thread.getName());
        }
        System.out.println("the end");
    }

    private static void sleepers(int count) {
        until(() -> Registry.size() == count
                && List.copyOf(Registry.goroutines()).stream()
                        .allMatch(goroutine -> Asleep.isAsleep(Objects.requireNonNull(goroutine.thread()))));
    }

    private static void until(BooleanSupplier condition) {
        Asleep.until(condition);
    }

    private static int count(String text, String words) {
        return text.split(java.util.regex.Pattern.quote(words), -1).length - 1;
    }

    private static void check(boolean condition, String words) {
        if (!condition) {
            throw new AssertionError(words);
        }
    }
}
