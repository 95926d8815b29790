package dev.gofer.fetch.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Turns host names into addresses: each name once at a time, answers kept for a while. */
final class Resolver implements AutoCloseable {
    /* Lookups of the JDK hold on to the carrier of a virtual thread: a few hundred slow ones would stop every goroutine.
     * So they run on a bounded pool of platform threads. It is as large as the usual number of fetches at once, so that names
     * whose servers do not answer keep no other name waiting; a thread that nobody needs ends after five seconds.
     * (1) Per name at most one lookup is queued or under way; all who ask meanwhile wait for it.
     * (2) A lookup's time limit begins when the lookup begins: waiting behind others is not the name's fault.
     * (3) The cache is bounded; an entry under way is never dropped. */
    private static final int THREADS = 512;
    private static final int MAX_NAMES = 10_000;
    private static final Duration KEEP = Duration.ofSeconds(60);
    /** For those who ask at the same time. Who tries again, after up to a second, asks anew: what fails mostly is the resolver, and for a moment. */
    private static final Duration KEEP_FAILURE = Duration.ofMillis(100);

    /** Asks the system, and blocks. */
    interface Lookup {
        InetAddress[] byName(String host) throws UnknownHostException;
    }

    private static final class Entry {
        final CompletableFuture<Boolean> begun = new CompletableFuture<>();
        final CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        volatile long expires; // nanoTime; written before answer is completed

        boolean isOver(long now) {
            return answer.isDone() && now - expires >= 0;
        }
    }

    private final Lookup lookup;
    private final long timeout;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;

    Resolver(Lookup lookup, TransportOptions options) {
        this(lookup, options, System::nanoTime);
    }

    Resolver(Lookup lookup, TransportOptions options, LongSupplier nanoTime) {
        this.lookup = lookup;
        this.nanoTime = nanoTime;
        this.timeout = Limits.nanos(options.connectTimeout());
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("gofer-fetch-dns-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** The addresses of the name, at least one, in the order the system prefers. */
    List<InetAddress> resolve(String name, Attempt attempt) throws FetchException {
        var entry = entry(name);
        try {
            if (!entry.answer.isDone()) {
                attempt.await(entry.begun); // (2)
                attempt.enter(Reason.DNS, "no answer about the name " + name + " in time", timeout);
            }
            var addresses = attempt.await(entry.answer);
            attempt.leavePhase();
            return addresses;
        } catch (ExecutionException e) {
            attempt.leavePhase();
            throw new FetchException(Reason.DNS, "no address for the name " + name, e.getCause());
        }
    }

    private Entry entry(String name) {
        long now = nanoTime.getAsLong();
        var known = entries.get(name);
        if (known != null && !known.isOver(now)) return known;
        var fresh = new Entry();
        var entry = entries.compute(name, (n, old) -> old == null || old.isOver(now) ? fresh : old); // (1)
        if (entry == fresh) {
            if (entries.size() > MAX_NAMES) shrink(now);
            try {
                threads.execute(() -> run(name, fresh));
            } catch (RejectedExecutionException e) { // closed meanwhile
                fresh.begun.complete(true);
                fresh.answer.completeExceptionally(e);
            }
        }
        return entry;
    }

    private void run(String name, Entry entry) {
        entry.begun.complete(true);
        try {
            var addresses = List.of(lookup.byName(name));
            if (addresses.isEmpty()) throw new UnknownHostException(name);
            entry.expires = nanoTime.getAsLong() + KEEP.toNanos();
            entry.answer.complete(addresses);
        } catch (UnknownHostException | RuntimeException e) {
            entry.expires = nanoTime.getAsLong() + KEEP_FAILURE.toNanos();
            entry.answer.completeExceptionally(e);
        }
    }

    /** Drops what is over; where that is not enough, whatever comes first, down to three quarters. */
    private void shrink(long now) {
        entries.values().removeIf(entry -> entry.isOver(now));
        if (entries.size() <= MAX_NAMES) return;
        for (var all = entries.values().iterator(); entries.size() > MAX_NAMES * 3 / 4 && all.hasNext(); ) {
            if (all.next().answer.isDone()) all.remove(); // (3)
        }
    }

    /** Starts no more lookups; those under way end by themselves. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
