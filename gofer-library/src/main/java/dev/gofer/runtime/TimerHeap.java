package dev.gofer.runtime;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Some of the timers of the world's clock, the next one first. Go: {@code timers} in {@code runtime/time.go}. */
final class TimerHeap {
    /* A heap with four children to a node, as Go has it: it is half as deep as one with two, and the dues of all children are in one or two cache lines.
     *
     * (1) The due of a node is not after those of its children; entries[i].index is i.
     * (2) An entry is in here from each time it is set until it is stopped or taken out to run; else its index is OUT.
     * (3) pending counts those that are in here and those that run: from before a timer is set until it is stopped, or its action has run.
     *     added counts how often one was put in here. */
    private static final int FIRST_ROOM = 16;
    private static final int CHILDREN = 4;
    private static final int OUT = -1;

    private final SpinLock lock = new SpinLock(); // guards all below
    private long[] dues = new long[FIRST_ROOM];
    private @Nullable Entry[] entries = new Entry[FIRST_ROOM];
    private int size;
    private volatile long earliest = Time.NEVER; // the first due; read without the lock, too
    private int pending;
    private long added;

    /** A timer. */
    static final class Entry implements Time.Timer {
        private final TimerHeap heap;
        private final Runnable action;
        private int index = OUT; // guarded by the lock of heap

        Entry(TimerHeap heap, Runnable action) {
            this.heap = heap;
            this.action = action;
        }

        @Override
        public boolean isForeign() {
            return false;
        }

        @Override
        public boolean reset(Duration delay) {
            return Time.WORLD.set(this, Time.plus(System.nanoTime(), Time.nanos(delay)));
        }

        @Override
        public boolean stop() {
            return heap.remove(this);
        }

        /** The heap in which it is while it is set. */
        TimerHeap heap() {
            return heap;
        }
    }

    /** The instant of the next one, or NEVER. */
    long earliest() {
        return earliest;
    }

    int pending() {
        lock.take();
        int count = pending;
        lock.free();
        return count;
    }

    long added() {
        lock.take();
        long count = added;
        lock.free();
        return count;
    }

    /** Sets {@code entry}, whatever it was set to before; returns whether it was in here. */
    boolean set(Entry entry, long due) {
        lock.take();
        try {
            boolean wasSet = entry.index != OUT;
            if (wasSet) {
                place(entry.index, due, entry);
            } else {
                if (size == dues.length) {
                    resize(2 * size);
                }
                added++;
                pending++;
                size++;
                rise(size - 1, due, entry);
            }
            tellEarliest();
            return wasSet;
        } finally {
            lock.free();
        }
    }

    /** Takes out the first one if it is due by {@code now}, to be run; null when none is. The caller owes a call of {@link #over}. */
    @Nullable
    Runnable takeDue(long now) {
        if (!Time.isBefore(earliest, now + 1)) {
            return null;
        }
        lock.take();
        Runnable action = null;
        var first = entries[0];
        if (first != null && dues[0] - now <= 0) {
            removeAt(0);
            action = first.action;
        }
        lock.free();
        return action;
    }

    /** To be called when an action that was taken out has run. */
    void over() {
        lock.take();
        pending--;
        lock.free();
    }

    private boolean remove(Entry entry) {
        lock.take();
        boolean isIn = entry.index != OUT;
        if (isIn) {
            removeAt(entry.index);
            pending--;
        }
        lock.free();
        return isIn;
    }

    private void removeAt(int index) {
        at(index).index = OUT;
        size--;
        long due = dues[size];
        var last = at(size);
        entries[size] = null;
        if (index < size) {
            place(index, due, last);
        }
        tellEarliest();
        if (dues.length > FIRST_ROOM && size < dues.length / 8) {
            shrink();
        }
    }

    /** Puts {@code entry} where {@code index} is, or above or below, where it belongs. */
    private void place(int index, long due, Entry entry) {
        if (index > 0 && due - dues[parent(index)] < 0) {
            rise(index, due, entry);
        } else {
            sink(index, due, entry);
        }
    }

    /** Puts {@code entry} where {@code index} is, a hole, or above. */
    private void rise(int index, long due, Entry entry) {
        int hole = index;
        while (hole > 0 && due - dues[parent(hole)] < 0) {
            move(parent(hole), hole);
            hole = parent(hole);
        }
        put(hole, due, entry);
    }

    /** Puts {@code entry} where {@code index} is, a hole, or below. */
    private void sink(int index, long due, Entry entry) {
        int hole = index;
        while (true) {
            int first = CHILDREN * hole + 1;
            int end = Math.min(first + CHILDREN, size);
            if (first >= end) {
                break;
            }
            int least = first;
            for (int child = first + 1; child < end; child++) {
                least = dues[child] - dues[least] < 0 ? child : least;
            }
            if (dues[least] - due >= 0) {
                break;
            }
            move(least, hole);
            hole = least;
        }
        put(hole, due, entry);
    }

    private void move(int from, int to) {
        put(to, dues[from], at(from));
    }

    private void put(int index, long due, Entry entry) {
        dues[index] = due;
        entries[index] = entry;
        entry.index = index;
    }

    private Entry at(int index) {
        return Objects.requireNonNull(entries[index]);
    }

    private static int parent(int index) {
        return (index - 1) / CHILDREN;
    }

    private void tellEarliest() {
        long first = size == 0 ? Time.NEVER : dues[0];
        if (earliest != first) {
            earliest = first;
        }
    }

    private void resize(int room) {
        var moreDues = Arrays.copyOf(dues, room);
        entries = Arrays.copyOf(entries, room);
        dues = moreDues;
    }

    private void shrink() {
        try {
            resize(dues.length / 2);
        } catch (OutOfMemoryError e) {
            // next time
        }
    }
}
