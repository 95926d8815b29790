package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A close, or the last done of a WaitGroup, wakes many; meanwhile some of them give up on their own. */
@Timeout(60)
class CloseRaceTest {
    private static final int ROUNDS = 400;
    private static final int SLEEPERS = 24;

    @Test
    void closeWakesEverybodyWhileSomeAreInterrupted() {
        for (int round = 0; round < ROUNDS; round++) {
            var channel = new Chan<Integer>();
            try (var crew = new Crew()) {
                var sleepers = new Crew.Member[SLEEPERS];
                for (int i = 0; i < SLEEPERS; i++) {
                    sleepers[i] = crew.go(channel::receive);
                }
                Asleep.untilReceiving(channel, SLEEPERS);
                crew.go(() -> {
                    for (int i = 0; i < SLEEPERS; i += 2) {
                        sleepers[i].interrupt();
                    }
                });
                channel.close();
                for (int i = 0; i < SLEEPERS; i++) {
                    assertNullOrCancelled(sleepers[i].failure(), i % 2 == 0);
                }
            }
            assertEquals(0, Asleep.sleepers(channel));
        }
    }

    @Test
    void closeWakesEverybodyWhileSelectsComeAndGo() {
        for (int round = 0; round < ROUNDS; round++) {
            var channel = new Chan<Integer>();
            var other = new Chan<Integer>();
            try (var crew = new Crew()) {
                for (int i = 0; i < SLEEPERS; i++) {
                    crew.go(
                            i % 2 == 0
                                    ? () -> Go.select(Go.onReceive(channel), Go.onReceive(other), Go.onReceive(channel))
                                    : channel::receive);
                }
                if (round % 2 == 0) {
                    Asleep.untilReceiving(channel, SLEEPERS * 3 / 2);
                }
                channel.close();
                crew.join();
            }
            assertEquals(0, Asleep.sleepers(channel) + Asleep.sleepers(other));
        }
    }

    @Test
    void theLastDoneWakesEverybodyWhileSomeAreInterrupted() {
        for (int round = 0; round < ROUNDS; round++) {
            var group = new WaitGroup();
            group.add(1);
            try (var crew = new Crew()) {
                var sleepers = new Crew.Member[SLEEPERS];
                for (int i = 0; i < SLEEPERS; i++) {
                    sleepers[i] = crew.go(group::await);
                }
                Asleep.until(() -> group.toString().contains(" " + SLEEPERS + " waiting"));
                crew.go(() -> {
                    for (int i = 0; i < SLEEPERS; i += 2) {
                        sleepers[i].interrupt();
                    }
                });
                group.done();
                for (int i = 0; i < SLEEPERS; i++) {
                    assertNullOrCancelled(sleepers[i].failure(), i % 2 == 0);
                }
            }
            assertEquals("WaitGroup (0 tasks, 0 waiting)", group.toString());
        }
    }

    private static void assertNullOrCancelled(@Nullable Throwable failure, boolean interrupted) {
        if (failure != null && !(interrupted && failure instanceof CancellationException)) {
            throw new AssertionError("unexpected end of a goroutine", failure);
        }
    }
}
