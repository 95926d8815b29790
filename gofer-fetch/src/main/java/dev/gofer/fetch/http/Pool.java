package dev.gofer.fetch.http;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Connections that wait for their next request. */
final class Pool implements AutoCloseable {
    /* The lock guards all fields and the links of idle connections; it is held for pointer moves only: sockets are closed
     * outside. Each idle connection is on two lists: its origin's stack (last in, first out: the warmest first), and one
     * list of all by age.
     * (1) A connection is idle here, or used by one attempt, or closed: never two of these.
     * (2) The list of all is in the order of idleSince, so eviction looks at the oldest only.
     * (3) An origin without idle connections has no stack: a million hosts leave nothing behind. */
    private static final class Stack {
        @Nullable
        Connection top;

        int size;
    }

    private final int maxPerOrigin;
    private final int maxIdle;
    private final long idleNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Route, Stack> stacks = new HashMap<>();
    private @Nullable Connection oldest;
    private @Nullable Connection newest;
    private volatile int size; // written under the lock
    private boolean closed;

    Pool(TransportOptions options) {
        this.maxPerOrigin = options.maxIdlePerOrigin();
        this.maxIdle = options.maxIdle();
        this.idleNanos = Limits.nanos(options.idleTimeout());
    }

    /** The connection on this route that was used last, no longer idle; null where there is none. */
    @Nullable
    Connection take(Route route) {
        if (size == 0) return null;
        lock.lock();
        try {
            var stack = stacks.get(route);
            if (stack == null) return null;
            var connection = stack.top;
            if (connection != null) remove(connection, stack);
            return connection;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a connection for reuse, or closes it (or an older one) where there are enough. */
    void put(Connection connection) {
        Connection surplus = null;
        lock.lock();
        try {
            var stack = stacks.get(connection.route());
            if (closed || maxIdle == 0 || (stack == null ? 0 : stack.size) >= maxPerOrigin) {
                surplus = connection;
            } else {
                if (size >= maxIdle) surplus = removeOldest();
                add(connection, stacks.computeIfAbsent(connection.route(), r -> new Stack()));
            }
        } finally {
            lock.unlock();
        }
        if (surplus != null) surplus.close();
    }

    /** Closes what has been idle for too long. */
    void evict(long now) {
        while (size > 0) {
            Connection stale;
            lock.lock();
            try {
                if (oldest == null || now - oldest.idleSince < idleNanos) return;
                stale = removeOldest();
            } finally {
                lock.unlock();
            }
            if (stale != null) stale.close();
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Closes all idle connections, and from now on each that comes back. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (var c = oldest; c != null; c = c.newer) c.close();
            oldest = null;
            newest = null;
            stacks.clear();
            size = 0;
        } finally {
            lock.unlock();
        }
    }

    private void add(Connection connection, Stack stack) {
        connection.idleSince = System.nanoTime();
        connection.below = stack.top;
        stack.top = connection;
        stack.size++;
        connection.older = newest;
        connection.newer = null;
        if (newest == null) oldest = connection;
        else newest.newer = connection;
        newest = connection;
        resize(1);
    }

    private @Nullable Connection removeOldest() {
        var connection = oldest;
        if (connection == null) return null;
        var stack = stacks.get(connection.route());
        if (stack != null) remove(connection, stack);
        return connection;
    }

    private void remove(Connection connection, Stack stack) {
        if (stack.top == connection) {
            stack.top = connection.below;
        } else {
            for (var c = stack.top; c != null; c = c.below) { // at most maxPerOrigin
                if (c.below == connection) c.below = connection.below;
            }
        }
        if (--stack.size == 0) stacks.remove(connection.route()); // (3)
        if (connection.older == null) oldest = connection.newer;
        else connection.older.newer = connection.newer;
        if (connection.newer == null) newest = connection.older;
        else connection.newer.older = connection.older;
        connection.below = null;
        connection.older = null;
        connection.newer = null;
        resize(-1);
    }

    private void resize(int by) {
        int was = size;
        size = was + by; // under the lock
    }
}
