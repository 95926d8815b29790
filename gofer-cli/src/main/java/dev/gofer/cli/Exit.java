package dev.gofer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** Ends the process at once. */
final class Exit {
    /* System.exit waits up to 300 ms for threads that are in native code, and whoever has used a socket in a virtual thread has one that
     * never leaves it: the poller of the JDK, in epoll_wait. The C library's _exit waits for nobody.
     * (1) Only where the launcher says so, which it does when nobody else gave the JVM flags: an agent or a flight recorder would not get
     *     to write down what it knows.
     * (2) Only at the end of main: every hook of ours has been taken out by then. */
    private Exit() {}

    /** Does not return. Where standard output has not taken all that was printed, and somebody still reads it, that is told and is the code. */
    static void now(int code) {
        if (System.out.checkError()) code = lost(code);
        System.err.flush();
        var wanted = "now".equals(System.getProperty("gofer.exit")); // (1)
        var exit = wanted && Exit.class.getModule().isNativeAccessEnabled() && isPolling() ? underscoreExit() : null;
        if (exit != null) {
            try {
                exit.invokeExact(code);
            } catch (Throwable e) {
                // Then the long way.
            }
        }
        System.exit(code);
    }

    /** A PrintStream does not tell what went wrong: one more try does. */
    private static int lost(int code) {
        try {
            new FileOutputStream(FileDescriptor.out).write('\n');
            return code;
        } catch (IOException e) {
            var why = String.valueOf(e.getMessage());
            if (why.contains("Broken pipe")) return code; // head has seen enough
            System.err.println("gofer: cannot write standard output: " + why);
            return code == ExitCode.OK ? ExitCode.OUTPUT : code;
        }
    }

    /** {@code _exit}; null where there is none. */
    @SuppressWarnings("restricted") // (1)
    static @Nullable MethodHandle underscoreExit() {
        try {
            var linker = Linker.nativeLinker();
            return linker.defaultLookup()
                    .find("_exit")
                    .map(symbol -> linker.downcallHandle(symbol, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)))
                    .orElse(null);
        } catch (RuntimeException e) { // no linker for this machine
            return null;
        }
    }

    /** Whether the JDK has a thread that waits in native code. Elsewhere System.exit is the quicker one. */
    private static boolean isPolling() {
        var all = Thread.currentThread().getThreadGroup();
        while (all.getParent() != null) all = all.getParent();
        var threads = new Thread[all.activeCount() + 16];
        var count = all.enumerate(threads);
        for (var i = 0; i < count; i++) if (threads[i].getName().contains("Poller")) return true;
        return false;
    }
}
