package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Does the same work once for all who ask for it at the same time. Go: {@code golang.org/x/sync/singleflight}.
 *
 * {@snippet class="dev.gofer.Snippets" region="singleflight" :
 * var lookups = new SingleFlight<String, Address>();
 * var address = lookups.run(host, () -> resolve(host)).value(); // a hundred callers, one query
 * }
 *
 * <p>It is no cache: who asks when the work is done begins it anew. What the work does happens-before the return of every {@code run}, and the
 * receive from the channel of every {@code start}, that shares its result.
 *
 * @param <K> what tells one piece of work from another, by {@code equals}
 * @param <V> what comes out of it; may be null
 */
public final class SingleFlight<K, V extends @Nullable Object> {
    /* (1) calls holds the work that is going on and has not been forgotten; who finds it there takes part in it.
     * (2) Taking part, and the end of the work, are steps of the map: whoever took part was counted before the work left the map,
     *     and so before its result was made. */
    private final ConcurrentHashMap<K, Call<V>> calls = new ConcurrentHashMap<>();

    /** Makes one that does nothing yet. */
    public SingleFlight() {}

    /**
     * What came out of a piece of work.
     *
     * @param value what it returned; null when it failed
     * @param failure what it threw; null when it did not
     * @param shared whether more than one caller got it
     * @param <V> what comes out of the work; may be null
     */
    public record Result<V extends @Nullable Object>(
            @Nullable V value, @Nullable Throwable failure, boolean shared) {
        /**
         * {@return the value of work that did not fail}
         *
         * @throws Exception {@link #failure}; an {@link Error} as it is
         */
        @SuppressWarnings("NullAway") // value has been set where V admits no null
        public V get() throws Exception {
            if (failure != null) {
                throw Bodies.<Exception>sneaky(failure);
            }
            return value;
        }
    }

    /**
     * Does {@code work}, on the calling thread; or waits for what comes out of the work for an equal key that is going on. Work that asks for
     * its own key waits for itself, for ever. Go: {@code g.Do(key, fn)}.
     *
     * @param key tells this work from other work
     * @param work what to do
     * @return the result, which has no failure
     * @throws Exception what the work threw; each caller gets the same. Work that ends by {@link Go#goexit} ends the goroutine of each caller;
     *     one that is on another thread gets a {@link CancellationException}
     * @throws CancellationException when the thread is interrupted while another one does the work, which goes on
     */
    public Result<V> run(K key, Callable<? extends V> work) throws Exception {
        Objects.requireNonNull(work);
        var mine = new Call<V>();
        var call = join(key, mine, null);
        if (call == mine) {
            perform(key, work, mine);
        } else {
            call.over.await();
        }
        var result = call.result();
        var failure = result.failure;
        if (failure != null) {
            throw Bodies.<Exception>sneaky(call.hasExited && Registry.isGoroutine() ? Goroutine.exit() : failure);
        }
        return result;
    }

    /**
     * The same, but goes on at once; the result, or the failure, comes through a channel; the failure of work that ends by
     * {@link Go#goexit} is a {@link CancellationException}. So the wait can be a case of a {@code select}. Go:
     * {@code g.DoChan(key, fn)}.
     *
     * @param key tells this work from other work
     * @param work what to do
     * @return brings one result; is not closed
     */
    public ReceiveChan<Result<V>> start(K key, Callable<? extends V> work) {
        Objects.requireNonNull(work);
        var mine = new Call<V>();
        var results = new Chan<Result<V>>(1);
        if (join(key, mine, results) == mine) {
            try {
                Go.go(() -> perform(key, work, mine));
            } catch (Throwable e) { // no memory for it
                finish(key, mine, null, e);
                throw e;
            }
        }
        return results;
    }

    /**
     * From now on, callers with this key begin the work anew, even if it is going on. Go: {@code g.Forget(key)}.
     *
     * @param key tells which work
     */
    public void forget(K key) {
        calls.remove(key);
    }

    /** Takes part in the work that is going on, or puts {@code mine} in its place. */
    private Call<V> join(K key, Call<V> mine, @Nullable Chan<Result<V>> results) {
        return Objects.requireNonNull(calls.compute(key, (same, running) -> {
            var call = running == null ? mine : running;
            call.callers++; // (2)
            if (results != null) {
                call.channels.add(results);
            }
            return call;
        }));
    }

    private void perform(K key, Callable<? extends V> work, Call<V> call) {
        V value = null;
        Throwable failure = null;
        try {
            value = work.call();
        } catch (Throwable e) {
            call.hasExited = Goroutine.isExit(e);
            failure = call.hasExited ? new CancellationException("Go.goexit() ended the work") : e;
        }
        finish(key, call, value, failure);
    }

    private void finish(K key, Call<V> call, @Nullable V value, @Nullable Throwable failure) {
        calls.compute(key, (same, running) -> running == call ? null : running); // (2)
        var result = new Result<V>(value, failure, call.callers > 1);
        call.result = result;
        call.over.done();
        for (var channel : call.channels) {
            channel.trySend(result); // has room
        }
    }

    /** How much work is going on, for people. */
    @Override
    public String toString() {
        return "SingleFlight (" + calls.size() + " going on)";
    }

    /** Work that is going on. */
    private static final class Call<V extends @Nullable Object> {
        final WaitGroup over = new WaitGroup();
        final List<Chan<Result<V>>> channels =
                new ArrayList<>(); // these two: written in steps of the map, read after the last
        int callers;
        boolean hasExited; // by goexit; written before result
        volatile @Nullable Result<V> result; // written once, before over

        Call() {
            over.add(1);
        }

        Result<V> result() {
            return Objects.requireNonNull(result);
        }
    }
}
