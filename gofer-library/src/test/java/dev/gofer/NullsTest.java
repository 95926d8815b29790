package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gofer.runtime.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Null where none is allowed is refused, also where nobody would look at it just now. */
class NullsTest {
    /** Null, where the compiler would not have it. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // that is the test
    static <T> T none() {
        return null;
    }

    @Test
    void isRefusedBeforeAnythingIsDone() {
        var group = new WaitGroup();
        var mutex = new Mutex();
        var shared = new RWMutex();
        var weighted = new Weighted(1);
        var cond = new Cond(mutex);
        List<Executable> calls = List.of(
                () -> group.await(none()),
                () -> group.go(none()),
                () -> mutex.lock(none()),
                () -> shared.lock(none()),
                () -> shared.rlock(none()),
                () -> weighted.acquire(none(), 1),
                () -> cond.await(none()),
                () -> new Cond(none()),
                () -> new OnceValue<Integer>(none()),
                () -> new ErrGroup().go(none()),
                () -> new ErrGroup().tryGo(none()),
                () -> ErrGroup.withContext(none()),
                () -> new SingleFlight<String, String>().run("key", none()),
                () -> new SingleFlight<String, String>().start("key", none()),
                () -> new SingleFlight<String, String>().run(none(), () -> ""),
                () -> Go.go(none()),
                () -> Go.go(Context.background(), none()),
                () -> Go.go(none(), () -> {}),
                () -> Go.main(none()),
                () -> Go.dump(none()),
                () -> Go.setTraceback(none()),
                () -> Go.executor(none()),
                () -> Go.future(none(), () -> 1),
                () -> Go.future(none()),
                () -> Go.after(none()),
                () -> Go.tick(none()),
                () -> Go.sleep(none()),
                () -> Go.fatal(NullsTest.<String>none()),
                () -> Go.fatal(NullsTest.<Throwable>none()),
                () -> Go.select(NullsTest.<Case>none()),
                () -> Go.onDone(NullsTest.<Context>none()),
                () -> Go.onDone(NullsTest.<CompletableFuture<Integer>>none()),
                () -> Go.onTimeout(none()),
                () -> Go.onTimeout(Duration.ZERO, none()),
                () -> Go.otherwise(none()),
                () -> Go.onSend(null, none()),
                () -> Go.onReceive(null, none()),
                () -> new Chan<Integer>(1).send(none()),
                () -> new Chan<Integer>(1).trySend(none()),
                () -> Context.background().afterFunc(none()),
                () -> Context.background().withTimeout(none()),
                () -> Context.background().withDeadline(none()),
                () -> Context.background().withValue(none(), 1),
                () -> new GoTimer(none()),
                () -> new GoTimer(Duration.ZERO).reset(none()),
                () -> new Ticker(none()),
                () -> GoTimer.afterFunc(Duration.ZERO, none()));
        for (var call : calls) {
            assertThrows(NullPointerException.class, call);
        }
        assertEquals("Mutex (unlocked)", mutex.toString());
        shared.lock();
        assertEquals("WaitGroup (0 tasks, 0 waiting)", group.toString());
    }

    @Test
    void aTimerThatCouldNotBeSetIsNotPending() {
        assertThrows(NullPointerException.class, () -> GoTimer.afterFunc(none(), () -> {}));
        Asleep.until(() -> !Time.hasPendingActions());
        assertFalse(Time.hasPendingActions());
    }
}
