package dev.gofer.oracle;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words in which goroutines write down what they observe, and in which the end of a program is told. */
final class Facts {
    /* a<1    sent 1 to channel a               m[     locked m
     * a=1    received 1 from it                m?1    tryLock succeeded, m?0 failed
     * a=-    received that it is closed        w.     wait returned
     * a!     closed it                         ~text  recovered from the panic
     * a#2    its len is 2                      1:a=1  case 1 of a select did that; default: its default
     *
     * An outcome is how the program ended, and for each goroutine all that it wrote down until then. */
    static final String OK = "ok";
    static final String DEADLOCK = "fatal: all goroutines are asleep - deadlock!";
    static final String NO_GOROUTINES = "fatal: no goroutines (main called runtime.Goexit) - deadlock!";
    static final String UNLOCKED = "sync: unlock of unlocked mutex";
    static final String SEND_ON_CLOSED = "send on closed channel";
    static final String CLOSE_OF_CLOSED = "close of closed channel";
    static final String CLOSE_OF_NIL = "close of nil channel";
    static final String NEGATIVE = "sync: negative WaitGroup counter";
    static final String MISUSE = "sync: WaitGroup misuse: Add called concurrently with Wait";
    static final String REUSED = "sync: WaitGroup is reused before previous Wait has returned";
    static final String DEFAULT = "default";

    /** What Gofer's messages begin with, and what Go says. */
    private static final Map<String, String> GOFER = Map.of(
            UNLOCKED,
            UNLOCKED,
            SEND_ON_CLOSED,
            SEND_ON_CLOSED,
            CLOSE_OF_CLOSED,
            CLOSE_OF_CLOSED,
            CLOSE_OF_NIL,
            CLOSE_OF_NIL,
            NEGATIVE,
            NEGATIVE,
            "sync: WaitGroup misuse: add called concurrently with await",
            MISUSE);

    private Facts() {}

    static String channel(int number) {
        return String.valueOf((char) ('a' + number));
    }

    static String mutex(int number) {
        return String.valueOf((char) ('m' + number));
    }

    static String group(int number) {
        return String.valueOf((char) ('w' + number));
    }

    static String sent(int channel, int value) {
        return channel(channel) + "<" + value;
    }

    /** What comes before the value. */
    static String received(int channel) {
        return channel(channel) + "=";
    }

    /** Null: the channel is closed. */
    static String received(int channel, @Nullable Integer value) {
        return received(channel) + (value == null ? "-" : value);
    }

    static String closed(int channel) {
        return channel(channel) + "!";
    }

    /** What comes before the length. */
    static String len(int channel) {
        return channel(channel) + "#";
    }

    static String arm(int index) {
        return index + ":";
    }

    static String locked(int mutex) {
        return mutex(mutex) + "[";
    }

    /** What comes before 1 or 0. */
    static String tried(int mutex) {
        return mutex(mutex) + "?";
    }

    static String waited(int group) {
        return group(group) + ".";
    }

    static String recovered(String text) {
        return "~" + text;
    }

    static String panic(String text) {
        return "panic: " + text;
    }

    static String fatal(String text) {
        return "fatal: " + text;
    }

    /** The end of a Gofer program that {@code message}, of an exception that nobody caught, is the reason of. */
    static String endOf(String message) {
        var text = goWords(message);
        return text.equals(UNLOCKED) ? fatal(text) : panic(text);
    }

    /** Gofer's messages are Go's words with advice after them. */
    static String goWords(String message) {
        for (var entry : GOFER.entrySet()) {
            if (message.startsWith(entry.getKey() + ": ")) {
                return entry.getValue();
            }
        }
        return message;
    }

    /** An outcome as one line. */
    static String outcome(String end, List<String> traces) {
        return end + " [" + String.join("] [", traces) + "]";
    }
}
