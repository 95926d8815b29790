package dev.gofer.runtime;

import java.security.ProtectionDomain;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the members of a bubble do, as text, in the form of Go's tracebacks. */
final class BubbleStacks {
    private static final String OURS = "dev.gofer.";
    private static final ProtectionDomain HERE = BubbleStacks.class.getProtectionDomain();

    /** Go's words for a sleep in a method of ours. */
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("Chan.send", "chan send"),
            Map.entry("Chan.receive", "chan receive"),
            Map.entry("TimerChan.receive", "chan receive"),
            Map.entry("Select.run", "select"),
            Map.entry("Mutex.lock", "sync.Mutex.Lock"),
            Map.entry("RWMutex.lock", "sync.RWMutex.Lock"),
            Map.entry("RWMutex.rlock", "sync.RWMutex.RLock"),
            Map.entry("WaitGroup.await", "sync.WaitGroup.Wait"),
            Map.entry("Cond.await", "sync.Cond.Wait"),
            Map.entry("Weighted.acquire", "semacquire"),
            Map.entry("Go.sleep", "sleep"),
            Map.entry("synctest.Synctest.await", "synctest.Wait"));

    private BubbleStacks() {}

    /** One after the other; of a member that runs, only that. */
    static String of(Collection<Member> members) {
        var text = new StringBuilder();
        for (var member : members) {
            var stack = member.thread.getStackTrace();
            text.append(member).append(" [").append(state(member, stack)).append("]:\n");
            for (var frame : stack) {
                if (!isSilent(frame.getClassName())) {
                    text.append("\tat ").append(frame).append('\n');
                }
            }
            var blocker = Park.blocker(member.thread);
            if (blocker != null && blocker.getClass().getName().startsWith(OURS)) {
                text.append("\twaiting on ").append(blocker).append('\n');
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String state(Member member, StackTraceElement[] stack) {
        boolean isAsleep = member.status == Member.Status.DURABLE || member.status == Member.Status.OUTSIDE;
        if (!isAsleep) {
            return "runnable";
        }
        var durable = member.status == Member.Status.DURABLE ? " (durable)" : "";
        for (var frame : stack) {
            if (frame.getClassName().startsWith(OURS)) {
                var reason = REASONS.get(frame.getClassName().substring(OURS.length()) + "." + frame.getMethodName());
                if (reason != null) {
                    return reason + durable;
                }
            }
        }
        return (isInputOutput(stack) ? "IO wait" : "waiting") + durable;
    }

    /** Whether {@code thread} waits for a socket or a process. */
    static boolean isInputOutput(Thread thread) {
        return isInputOutput(thread.getStackTrace());
    }

    private static boolean isInputOutput(StackTraceElement[] stack) {
        for (var frame : stack) {
            var name = frame.getClassName();
            if (name.startsWith("sun.nio.ch.") || name.startsWith("java.lang.Process")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSilent(String name) {
        return name.startsWith("java.lang.VirtualThread")
                || name.startsWith("java.lang.System$")
                || name.startsWith("jdk.internal.vm.")
                || name.startsWith("dev.gofer.runtime.")
                || name.equals("dev.gofer.Bodies")
                || name.equals("java.util.concurrent.locks.LockSupport");
    }

    /** The method of a primitive that the calling thread is in. */
    static String method() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getClassName().startsWith(OURS)
                                && !frame.getClassName().startsWith("dev.gofer.runtime.")
                                && !frame.getMethodName().startsWith("lambda$"))
                        .findFirst()
                        .map(frame -> frame.getClassName().substring(OURS.length()) + "." + frame.getMethodName())
                        .orElse("goroutine"));
    }

    /** The innermost frame of the calling thread that is neither of this library nor of the JDK; null for none. */
    static @Nullable StackTraceElement place() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> {
                            var type = frame.getDeclaringClass();
                            return type.getProtectionDomain() != HERE && type.getModule() != Object.class.getModule();
                        })
                        .findFirst()
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .orElse(null));
    }
}
