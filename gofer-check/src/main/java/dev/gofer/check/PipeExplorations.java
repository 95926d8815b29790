package dev.gofer.check;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gofer.BytePipe;
import dev.gofer.WaitGroup;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code BytePipe}: bytes in order, whole writes, and no look at an array that is the writer's again. */
final class PipeExplorations {
    private PipeExplorations() {}

    /** What is written is read, in order; then comes the end. */
    static void bytesInOrder() throws IOException {
        var pipe = new BytePipe();
        var over = new WaitGroup();
        over.go(() -> {
            pipe.out().write("abc".getBytes(US_ASCII));
            pipe.out().write("d".getBytes(US_ASCII));
            pipe.out().close();
        });
        var read = new StringBuilder();
        var some = new byte[2];
        for (int n = pipe.in().read(some); n >= 0; n = pipe.in().read(some)) {
            read.append(new String(some, 0, n, US_ASCII));
        }
        over.await();
        Expect.equal("abcd", read.toString(), "read");
    }

    /** The bytes of one write stay together, though two write. */
    static void writesStayWhole() throws IOException {
        var pipe = new BytePipe();
        var over = new WaitGroup();
        for (var bytes : new String[] {"ab", "cd"}) {
            over.go(() -> pipe.out().write(bytes.getBytes(US_ASCII)));
        }
        var read = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            read.append((char) pipe.in().read());
        }
        over.await();
        Expect.that(read.toString().equals("abcd") || read.toString().equals("cdab"), "read: " + read);
    }

    /** Once a write has returned, interrupted or not, nobody reads its array: what the writer does to it is not seen. */
    static void theArrayIsTheWritersAgain() throws IOException {
        var pipe = new BytePipe();
        var bytes = "ab".getBytes(US_ASCII);
        var thread = new AtomicReference<@Nullable Thread>();
        var over = new WaitGroup();
        over.go(() -> {
            thread.set(Thread.currentThread());
            var _ = Expect.givingUp(() -> pipe.out().write(bytes));
            bytes[0] = 'x';
            bytes[1] = 'y';
            pipe.out().close();
        });
        over.go(() -> {
            var other = thread.get();
            if (other != null) {
                other.interrupt();
            }
        });
        var read = new StringBuilder();
        for (int next = pipe.in().read(); next >= 0; next = pipe.in().read()) {
            read.append((char) next);
        }
        over.await();
        Expect.that("ab".startsWith(read.toString()), "read: " + read);
    }

    /** An interrupted write leaves the pipe as if it had ended where it was: the next write is read whole. */
    static void afterAnInterruptItGoesOn() throws IOException {
        var pipe = new BytePipe();
        var thread = new AtomicReference<@Nullable Thread>();
        var gaveUp = new AtomicBoolean();
        var over = new WaitGroup();
        over.go(() -> {
            thread.set(Thread.currentThread());
            gaveUp.set(Expect.givingUp(() -> pipe.out().write('a')));
            thread.set(null); // no interrupt from now on
            pipe.out().write("bc".getBytes(US_ASCII));
            pipe.out().close();
        });
        over.go(() -> {
            var other = thread.get();
            if (other != null) {
                other.interrupt();
            }
        });
        var read = new StringBuilder();
        for (int next = pipe.in().read(); next >= 0; next = pipe.in().read()) {
            read.append((char) next);
        }
        over.await();
        Expect.equal(gaveUp.get() ? "bc" : "abc", read.toString(), "read");
    }

    /** A writer who closes with a reason: the reader gets all bytes, then the reason. */
    static void theReasonArrives() throws IOException {
        var pipe = new BytePipe();
        var reason = new IllegalStateException();
        var over = new WaitGroup();
        over.go(() -> {
            pipe.out().write('a');
            pipe.out().close(reason);
        });
        Expect.equal((int) 'a', pipe.in().read(), "the byte before the end");
        try {
            int more = pipe.in().read();
            throw new AssertionError("no end: " + more);
        } catch (IOException e) {
            Expect.equal(reason, e.getCause(), "the reason");
        }
        over.await();
    }

    /** A reader who goes away lets each writer go on, with a failure. */
    static void aReaderGoesAway() {
        var pipe = new BytePipe();
        var over = new WaitGroup();
        for (int i = 0; i < 2; i++) {
            over.go(() -> Expect.that(
                    Expect.throwing(IOException.class, () -> pipe.out().write('a')), "nobody has read it"));
        }
        over.go(() -> pipe.in().close());
        over.await();
    }
}
