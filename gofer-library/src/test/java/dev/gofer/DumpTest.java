package dev.gofer;

import static dev.gofer.Go.go;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.runtime.Registry;
import dev.gofer.runtime.Time;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a dump tells of goroutines that wait. */
class DumpTest {
    @Test
    @Rule(27)
    void theHeaderHasReasonAndMinutesAndTheLastLinesChannelAndOrigin() {
        var channel = new Chan<Integer>(3);
        go(() -> channel.receive());
        Asleep.untilReceiving(channel, 1);
        var fresh = told("waiting on " + channel);
        assertTrue(fresh.matches("(?s)goroutine \\d+ \\[chan receive\\]:\n\tat \\S*Chan\\.receive\\(.*"), fresh);
        assertTrue(fresh.contains("dev.gofer.DumpTest.lambda$"), "the line of the task: " + fresh);
        assertTrue(fresh.contains("\ncreated by dev.gofer.DumpTest in goroutine "), fresh);

        channel.close();
    }

    @Test
    @Rule(27)
    void minutesCountFromTheFirstLookAndEndWithTheWait() {
        var channel = new Chan<Integer>();
        go(() -> {
            channel.receive();
            channel.receive();
        });
        Asleep.untilReceiving(channel, 1);
        long now = Time.now();
        Sleepers.stamp(Registry.goroutines(), now - Duration.ofMinutes(3).toNanos() - 1_000_000_000);
        Sleepers.stamp(Registry.goroutines(), now); // a later look changes nothing
        var before = told("waiting on " + channel);
        assertTrue(before.contains("[chan receive, 3 minutes]:"), before);
        channel.send(1);
        Asleep.untilReceiving(channel, 1);
        var after = told("waiting on " + channel);
        assertTrue(after.contains("[chan receive]:"), after);
        channel.close();
    }

    @Test
    void aSelectHasMinutesToo() {
        var a = new Chan<Integer>();
        var b = new Chan<Integer>();
        go(() -> Go.select(Go.onReceive(a), Go.onReceive(b)));
        Asleep.untilReceiving(b, 1);
        Sleepers.stamp(Registry.goroutines(), Time.now() - Duration.ofMinutes(1).toNanos() - 1_000_000_000);
        assertTrue(Go.dump().contains(" [select, 1 minutes]:\n"), "Go has no singular here");
        a.close();
    }

    @Test
    void theStreamedFormHasTheSameGoroutines() throws IOException {
        var channel = new Chan<Integer>();
        go(channel::receive);
        Asleep.untilReceiving(channel, 1);
        var out = new StringBuilder();
        Go.dump(out);
        assertTrue(out.toString().contains("\twaiting on " + channel + "\n"), out.toString());
        channel.close();
    }

    @Test
    void whatTheStreamThrowsReachesTheCaller() {
        var channel = new Chan<Integer>();
        go(channel::receive);
        Asleep.untilReceiving(channel, 1);
        var broken = new Writer() {
            @Override
            public void write(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        assertEquals(
                "disk full",
                assertThrows(IOException.class, () -> Go.dump(broken)).getMessage());
        channel.close();
    }

    /** The goroutine in whose part of the dump are these words. */
    private static String told(String words) {
        for (var part : Go.dump().split("\n\n", -1)) {
            if (part.contains(words)) {
                return part;
            }
        }
        throw new AssertionError("nobody is " + words);
    }
}
