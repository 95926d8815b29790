package dev.gofer.junit;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Tells the JVM, before the first test, not to keep every virtual thread: or no leak could be proven. For JUnit only. */
public final class ForgetfulJvm implements LauncherSessionListener {
    private static final String PROPERTY = "jdk.trackAllThreads";

    /** Made by JUnit. */
    public ForgetfulJvm() {}

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, "false");
        }
    }
}
