package dev.gofer.runtime;

/** A platform thread of Gofer's own: a daemon that wakes no goroutine but for what {@link Time} counts, or runs goroutines. */
public sealed class HouseThread extends Thread permits Worker {
    public HouseThread(String name, Runnable body) {
        super(null, body, name, 0, false);
        setDaemon(true);
    }
}
