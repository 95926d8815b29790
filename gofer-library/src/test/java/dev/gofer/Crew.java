package dev.gofer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The goroutines of one test: none outlives it, and what one throws fails it. */
public final class Crew implements AutoCloseable {
    private final List<Member> members = new ArrayList<>(); // of the test's thread

    public Crew() {}

    /** One of them. */
    public static final class Member {
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile @Nullable Thread thread; // written by itself, before started
        private volatile @Nullable Throwable failure; // written by itself, before over
        private volatile boolean wasInterrupted; // written by itself, before over

        private Member() {}

        private void run(Task task) {
            thread = Thread.currentThread();
            started.countDown();
            try {
                task.run();
            } catch (Throwable e) {
                failure = e;
            } finally {
                wasInterrupted = Thread.currentThread().isInterrupted();
                over.countDown();
            }
        }

        public Thread thread() {
            await(started);
            return Objects.requireNonNull(thread);
        }

        /** Waits until it sleeps; gives itself. */
        public Member asleep() {
            Asleep.until(thread());
            return this;
        }

        public void interrupt() {
            thread().interrupt();
        }

        public boolean isOver() {
            return over.getCount() == 0;
        }

        /** Waits until it has ended; what it threw, or null. */
        public @Nullable Throwable failure() {
            await(over);
            return failure;
        }

        /** Waits until it has ended; whether its interrupt flag was set then. */
        public boolean endedInterrupted() {
            await(over);
            return wasInterrupted;
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError("the time is over, and a goroutine of the test still runs", e);
            }
        }
    }

    /** Starts a goroutine. */
    public Member go(Task task) {
        var member = new Member();
        members.add(member);
        Go.go(() -> member.run(task));
        return member;
    }

    /** Waits for all; throws the first failure. Those whose failure is expected are to be asked before. */
    public void join() {
        for (var member : members) {
            var failure = member.failure();
            if (failure != null) {
                throw new AssertionError("a goroutine failed: " + failure, failure);
            }
        }
    }

    /** Interrupts those that are left, and waits for them. */
    @Override
    public void close() {
        for (var member : members) {
            if (!member.isOver()) {
                member.interrupt();
            }
        }
        for (var member : members) {
            var _ = member.failure();
        }
    }

    /** Receives from {@code channel} what must be there or come. */
    public static <T> T next(ReceiveChan<T> channel) {
        return Objects.requireNonNull(channel.receive(), "a value, but the channel is closed and drained");
    }
}
