package dev.gofer.synctest;

import dev.gofer.runtime.JdkTime;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * An agent by which a bubble's time is that of the JDK, too; not for callers. See {@link dev.gofer.synctest}.
 */
public final class TimeAgent {
    private TimeAgent() {}

    /**
     * What the JVM calls when the agent is loaded.
     *
     * @param options not looked at
     * @param instrumentation the JVM's
     */
    public static void agentmain(@Nullable String options, Instrumentation instrumentation) {
        JdkTime.install(instrumentation);
    }
}
