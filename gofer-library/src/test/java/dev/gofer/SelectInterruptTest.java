package dev.gofer;

import static dev.gofer.Go.after;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.runtime.Park;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interrupts of selects. */
@Timeout(60)
class SelectInterruptTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void anInterruptedSelectLeavesNothing() {
        try (var crew = new Crew()) {
            var a = new Chan<Integer>();
            var b = new Chan<Integer>();
            var timer = after(HOUR);
            var member = crew.go(() -> select(onReceive(a), onSend(b, 1), onReceive(timer), onReceive(a)));
            Asleep.untilSending(b, 1);
            member.interrupt();
            assertInstanceOf(CancellationException.class, member.failure());
            assertTrue(member.endedInterrupted());
            assertIdle(a, b);
            assertFalse(a.trySend(1));
            assertNull(b.tryReceive());
        }
    }

    @Test
    void aSelectThatNeedsNotWaitIsDoneInSpiteOfAnInterrupt() {
        try (var crew = new Crew()) {
            crew.go(() -> {
                Thread.currentThread().interrupt();
                assertEquals(0, select(onReceive(closed())));
                assertEquals(1, select(onReceive(new Chan<>()), otherwise()));
                assertEquals(0, select(onTimeout(Duration.ZERO)));
                assertThrows(CancellationException.class, () -> select(onTimeout(HOUR)));
                assertThrows(CancellationException.class, () -> select(onReceive(new Chan<>())));
                assertTrue(Thread.currentThread().isInterrupted());
            });
            crew.join();
        }
    }

    @Test
    void anInterruptThatRacesWithAnOperationDeliversOrThrowsNeverBoth() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 2_000; i++) {
                var in = new Chan<Integer>();
                var out = new Chan<Integer>();
                var got = new AtomicReference<@Nullable Integer>();
                var member = crew.go(() -> select(onReceive(in, got::set), onSend(out, 2)));
                Asleep.untilSending(out, 1);
                var interrupter = crew.go(member::interrupt);
                if (i % 4 < 2) {
                    assertNull(interrupter.failure());
                }
                boolean sent = i % 2 == 0 && in.trySend(1);
                var received = i % 2 == 1 ? out.tryReceive() : null;
                assertEquals(sent || received != null, member.failure() == null);
                assertEquals(sent, got.get() != null);
                assertIdle(in, out);
            }
        }
    }

    @Test
    void anInterruptThatIsBeingTakenLeavesNothingForASenderToFind() {
        try (var crew = new Crew()) {
            for (int i = 0; i < 20; i++) {
                var in = new Chan<Integer>();
                var got = new AtomicReference<@Nullable Integer>();
                var member = crew.go(() -> select(onReceive(in, got::set)));
                Asleep.until(member.thread());
                in.lock().acquire(); // its way out ends here for now
                member.interrupt();
                for (int k = 0; k < 5 * i; k++) {
                    Go.gosched();
                }
                var receiver = in.offer(1);
                in.lock().release();
                Park.wake(receiver);
                assertEquals(receiver != null, member.failure() == null);
                assertEquals(receiver != null, got.get() != null);
                assertIdle(in);
            }
        }
    }

    // Helpers

    private static Chan<Integer> closed() {
        var channel = new Chan<Integer>();
        channel.close();
        return channel;
    }

    private static void assertIdle(Chan<?>... channels) {
        for (var channel : channels) {
            assertEquals(0, Asleep.sleepers(channel), channel::toString);
        }
    }
}
