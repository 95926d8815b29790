package dev.gofer.check.lincheck;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Mutex;
import dev.gofer.OnceValue;
import dev.gofer.RWMutex;
import dev.gofer.WaitGroup;
import dev.gofer.Weighted;
import dev.gofer.runtime.SpinLock;
import dev.gofer.runtime.Ticket;
import dev.gofer.runtime.Waiter;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

/** What is checked: each class is a structure and its operations. An exception is a result like any other. */
public final class Structures {
    private Structures() {}

    /** A channel with room for two. */
    public static class BufferedChan {
        private final Chan<Integer> ch = new Chan<>(2);

        @Operation
        public boolean trySend(int value) {
            return ch.trySend(value);
        }

        @Operation
        public @Nullable Integer tryReceive() {
            return ch.tryReceive();
        }

        @Operation
        public int len() {
            return ch.len();
        }

        @Operation
        public void close() {
            ch.close();
        }
    }

    /** A channel without room. */
    public static class UnbufferedChan {
        private final Chan<Integer> ch = new Chan<>();

        @Operation
        public boolean trySend(int value) {
            return ch.trySend(value);
        }

        @Operation
        public @Nullable Integer tryReceive() {
            return ch.tryReceive();
        }

        @Operation
        public void close() {
            ch.close();
        }

        @Operation
        public boolean isClosed() {
            return ch.isClosed();
        }
    }

    /** A lock that nobody waits for, and that is let go of by who has it. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class TryMutex {
        private final Mutex mu = new Mutex();
        private final boolean[] has = new boolean[8]; // by thread, which alone reads and writes its own

        @Operation
        public boolean tryLock(@Param(name = "thread") int thread) {
            if (has[thread] || !mu.tryLock()) {
                return false;
            }
            has[thread] = true;
            return true;
        }

        @Operation
        public boolean unlock(@Param(name = "thread") int thread) {
            if (!has[thread]) {
                return false;
            }
            has[thread] = false;
            mu.unlock();
            return true;
        }
    }

    /** The same, for many who read or one who writes. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class TryRWMutex {
        private final RWMutex rw = new RWMutex();
        private final boolean[] reads = new boolean[8]; // as in TryMutex
        private final boolean[] writes = new boolean[8];

        @Operation
        public boolean tryLock(@Param(name = "thread") int thread) {
            if (reads[thread] || writes[thread] || !rw.tryLock()) {
                return false;
            }
            writes[thread] = true;
            return true;
        }

        @Operation
        public boolean tryRlock(@Param(name = "thread") int thread) {
            if (reads[thread] || writes[thread] || !rw.tryRlock()) {
                return false;
            }
            reads[thread] = true;
            return true;
        }

        @Operation
        public boolean unlock(@Param(name = "thread") int thread) {
            if (writes[thread]) {
                writes[thread] = false;
                rw.unlock();
                return true;
            }
            if (reads[thread]) {
                reads[thread] = false;
                rw.runlock();
                return true;
            }
            return false;
        }
    }

    /** A counter, and who waits for it. */
    public static class Counter {
        private final WaitGroup wg = new WaitGroup();

        @Operation
        public void add() {
            wg.add(1);
        }

        @Operation
        public void done() {
            wg.done();
        }
    }

    /** Three permits. */
    public static class Permits {
        private final Weighted permits = new Weighted(3);

        @Operation
        public boolean tryAcquireOne() {
            return permits.tryAcquire(1);
        }

        @Operation
        public boolean tryAcquireTwo() {
            return permits.tryAcquire(2);
        }

        @Operation
        public void releaseOne() {
            permits.release(1);
        }
    }

    /** A value that is computed once. */
    public static class LazyValue {
        private int computed;
        private final OnceValue<Integer> once = new OnceValue<>(() -> ++computed);

        @Operation
        public @Nullable Integer get() {
            return once.get();
        }
    }

    /** What one waker of two can claim. */
    public static class OneTicket {
        private final Ticket ticket = new Ticket(null);
        private final Waiter a = new Waiter(ticket, "a");
        private final Waiter b = new Waiter(ticket, "b");

        @Operation
        public boolean claimA() {
            return a.claim();
        }

        @Operation
        public boolean claimB() {
            return b.claim();
        }

        @Operation
        public boolean isClaimed() {
            return ticket.winner() != null;
        }
    }

    /** The lock below all of them, around a plain field. */
    public static class Guarded {
        private final SpinLock lock = new SpinLock();
        private int count;

        @Operation
        public int increment() {
            lock.acquire();
            int now = ++count;
            lock.release();
            return now;
        }
    }

    /** A context and its end. */
    public static class Ending {
        private final Context.Cancellable ctx = Context.background().withCancel();

        @Operation
        public void cancel() {
            ctx.cancel();
        }

        @Operation
        public boolean hasEnded() {
            return ctx.err() != null;
        }

        @Operation
        public boolean isDone() {
            return ctx.done().isClosed();
        }
    }
}
