package dev.gofer;

import java.util.Spliterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The values of a channel, for streams. */
record Values<T>(ReceiveChan<T> channel) implements Spliterator<T> {
    @Override
    public boolean tryAdvance(Consumer<? super T> action) {
        var value = channel.receive();
        if (value == null) {
            return false;
        }
        action.accept(value);
        return true;
    }

    /** Never: what the JDK does by default, to collect a batch before anybody sees it, waits for values that may depend on the first. */
    @Override
    public @Nullable Spliterator<T> trySplit() {
        return null;
    }

    @Override
    public long estimateSize() {
        return Long.MAX_VALUE; // not known
    }

    @Override
    public int characteristics() {
        return ORDERED | NONNULL;
    }
}
