package dev.gofer;

import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a dump says each goroutine waits for. */
@Timeout(60)
class DumpReasonsTest {
    @Test
    @Rule(27)
    void waitsForChannelsAreThoseOfGo() {
        assertReason("chan receive", () -> new Chan<Integer>().receive());
        assertReason("chan send", () -> new Chan<Integer>().send(1));
        assertReason("chan receive (nil chan)", () -> Chan.<Integer>nil().receive());
        assertReason("chan send (nil chan)", () -> Chan.<Integer>nil().send(1));
        assertReason("select", () -> select(onReceive(new Chan<Integer>())));
        assertReason("select (no cases)", () -> select());
        assertReason("chan receive", () -> Go.after(Duration.ofDays(1)).receive());
        assertReason("sleep", () -> Go.sleep(Duration.ofDays(1)));
    }

    @Test
    @Rule(27)
    void waitsForLocksAreThoseOfGo() {
        var mutex = new Mutex();
        mutex.lock();
        assertReason("sync.Mutex.Lock", mutex::lock);
        var shared = new RWMutex();
        shared.rlock();
        assertReason("sync.RWMutex.Lock", shared::lock);
        var exclusive = new RWMutex();
        exclusive.lock();
        assertReason("sync.RWMutex.RLock", exclusive::rlock);
        var group = new WaitGroup();
        group.add(1);
        assertReason("sync.WaitGroup.Wait", group::await);
        var lock = new Mutex();
        assertReason("sync.Cond.Wait", () -> {
            lock.lock();
            new Cond(lock).await();
        });
        assertReason("semacquire", () -> {
            var semaphore = new Weighted(1);
            semaphore.acquire(1);
            semaphore.acquire(1);
        });
    }

    @Test
    @Rule(27)
    void waitsForInputAreIoWaits() throws IOException {
        try (var crew = new Crew()) {
            var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            var member = crew.go(() -> {
                try {
                    server.accept();
                    throw new AssertionError("nobody connects");
                } catch (SocketException e) {
                    // closed: the test is over
                }
            });
            try {
                Asleep.until(() -> header(member).endsWith(" [IO wait]:"));
            } finally {
                server.close();
            }
        }
    }

    @Test
    void whoStandsBeforeAMonitorSaysSo() {
        var monitor = new Object();
        try (var crew = new Crew()) {
            Crew.Member member;
            synchronized (monitor) {
                member = crew.go(() -> {
                    synchronized (monitor) {
                        Thread.onSpinWait();
                    }
                });
                Asleep.until(() -> header(member).endsWith(" [monitor enter]:"));
            }
        }
    }

    @Test
    @Rule(27)
    void onlyTheCallerIsRunning() {
        var enough = new AtomicBoolean();
        try (var crew = new Crew()) {
            var other = crew.go(() -> {
                while (!enough.get()) {
                    Go.gosched();
                }
            });
            var caller = crew.go(() -> assertTrue(
                    Go.dump().contains("goroutine " + Thread.currentThread().threadId() + " [running]:")));
            assertEquals(null, caller.failure());
            assertFalse(header(other).endsWith(" [running]:"));
            enough.set(true);
        }
    }

    @Test
    void whatIsNotOursIsToldByClassOnly() {
        var secret = List.of("secret");
        try (var crew = new Crew()) {
            var member = crew.go(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    LockSupport.park(secret);
                }
            });
            member.asleep();
            var part = part(member);
            assertTrue(part.contains("\twaiting on java.util.ImmutableCollections$"), part);
            assertTrue(part.contains(" [waiting]:\n"), part);
            assertFalse(part.contains("secret"), part);
            member.interrupt();
        }
    }

    @Test
    void aSleepIsASleepOnNothing() {
        try (var crew = new Crew()) {
            var member = crew.go(() -> {
                try {
                    Go.sleep(Duration.ofDays(1));
                } catch (CancellationException e) {
                    // the test is over
                }
            });
            member.asleep();
            assertFalse(part(member).contains("waiting on"), part(member));
            member.interrupt();
        }
    }

    @Test
    void aTextHasTheFirstStacksAndAStreamAll() throws IOException {
        var channel = new Chan<Integer>();
        int count = Dump.MOST_STACKS + 1;
        for (int i = 0; i < count; i++) {
            Go.go(channel::receive);
        }
        try {
            Asleep.untilReceiving(channel, count);
            var text = Go.dump();
            assertTrue(
                    text.matches("(?s).*\nstacks of \\d+ goroutines left out\n$"), text.substring(text.length() - 100));
            assertTrue(stacks(text) <= Dump.MOST_STACKS, stacks(text) + " stacks");
            var stream = new StringWriter();
            Go.dump(stream);
            assertTrue(stacks(stream.toString()) >= count, stacks(stream.toString()) + " stacks");
            assertFalse(stream.toString().contains("left out"));
        } finally {
            channel.close();
        }
    }

    private static long stacks(String dump) {
        return dump.lines()
                .filter(line -> line.matches("\tat \\S*Chan\\.receive\\(.*"))
                .count();
    }

    /** A goroutine that runs {@code task} says that it waits for {@code reason}. */
    private static void assertReason(String reason, Task task) {
        try (var crew = new Crew()) {
            var member = crew.go(() -> {
                try {
                    task.run();
                } catch (CancellationException e) {
                    // the test is over
                }
            });
            member.asleep();
            var expected = "goroutine " + member.thread().threadId() + " [" + reason + "]:";
            assertEquals(expected, header(member));
            member.interrupt();
        }
    }

    private static String header(Crew.Member member) {
        return part(member).lines().findFirst().orElseThrow();
    }

    private static String part(Crew.Member member) {
        var header = "goroutine " + member.thread().threadId() + " [";
        for (var part : Go.dump().split("\n\n", -1)) {
            if (part.startsWith(header)) {
                return part;
            }
        }
        return "goroutine that is over";
    }
}
