package dev.gofer.runtime;

/** A platform thread of Gofer's own: a daemon that wakes no goroutine but for what {@link Time} counts. */
public final class HouseThread extends Thread {
    public HouseThread(String name, Runnable body) {
        super(null, body, name, 0, false);
        setDaemon(true);
    }
}
