package dev.gofer.fetch;

import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;

import dev.gofer.Context;
import dev.gofer.ReceiveChan;
import dev.gofer.fetch.http.FetchException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides which URL is fetched next. It sees a stretch of the list at a time, so that a slow server at its head does not hold up the others;
 * keeps each server to its limit and leaves it alone where it is overloaded or dead; and plans the retries.
 */
final class Window {
    /* One goroutine, the caller of run, owns everything here: no locks.
     * (1) A job is in one place: its host's queue, an alarm (its retry), or live. waiting counts the first two.
     * (2) waiting <= SIZE + concurrency: the list is read only while waiting < SIZE, and what is live may come back. It is read in stretches
     *     of STRETCH, or as soon as nothing else can be started: else its thread would be woken for each line.
     * (3) A host is in ready exactly once if it may start something, else not at all.
     * (4) hosts holds those that have a job or a past that is still of use; the others go at the latest when it grows. Of the pasts it keeps
     *     PASTS at most, so that a list of a million dead servers fits: the oldest hosts go, and would be met anew.
     * (5) A URL that is told again that its server has too much to do says nothing new of the server: it may be the only one that is told so.
     *     It waits for itself, and the server's other URLs tell what it bears.
     * (6) Who wishes for no pause (Retry-After: 0, or a date that is over) has said nothing of the next URL. The complaint is first seen as
     *     the URL's trouble, as a 503 without a wish is; that of several in a row is the server's. */
    private static final int SIZE = 4096;
    private static final int STRETCH = 1024;
    private static final int PASTS = 2 * SIZE;
    private static final Duration GIVEN_UP = Duration.ofMinutes(1); // then a dead host is asked once more
    private static final int HARMLESS_OVERLOADS = 2; // in a row: (6)

    private final int concurrency;
    private final int perHost;
    private final double hostRate;
    private final Retry retry;
    private final FetchEvents events;
    private final Function<Line, @Nullable Job> admit;
    private final Consumer<Job> start;
    private final Consumer<Outcome.Failed> giveUp;

    private final Map<String, Host> hosts = new LinkedHashMap<>(); // in the order in which they were met
    private final Queue<Host> ready = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private int waiting;
    private int live;
    private int cancelled;
    private int sweepAt = 2 * PASTS;

    /** {@code admit} makes jobs of lines, null for a line that needs none; {@code start} starts an attempt; {@code giveUp} hears of the last. */
    Window(
            FetchOptions options,
            FetchEvents events,
            Function<Line, @Nullable Job> admit,
            Consumer<Job> start,
            Consumer<Outcome.Failed> giveUp) {
        this.admit = admit;
        this.concurrency = options.concurrency();
        this.perHost = options.perHost();
        this.hostRate = options.hostRate();
        this.retry = options.retry();
        this.events = events;
        this.start = start;
        this.giveUp = giveUp;
    }

    /**
     * Starts every job in its turn until none is left; or, once {@code ctx} or {@code enough} has ended, waits for those that were started.
     *
     * @param ctx its end is noticed at once
     * @param enough its end is noticed before anything is started; whoever ends it ends {@code ctx}, too, so that a wait ends
     * @return whether every line has its outcome
     */
    boolean run(Context ctx, Context enough, ReceiveChan<Line> lines, ReceiveChan<Attempted> attempts) {
        var attempt = onReceive(attempts);
        var line = onReceive(lines);
        var listed = true; // the list may hold more
        var stopping = hasEnded(ctx, enough);
        var reading = true;
        while (live > 0 || (!stopping && (listed || waiting > 0))) {
            while (!stopping && live < concurrency && !ready.isEmpty()) start(ready.remove());
            if (waiting >= SIZE) reading = false; // (2)
            else if (waiting <= SIZE - STRETCH || live < concurrency) reading = true;
            switch (select(
                    attempt,
                    line.when(listed && !stopping && reading),
                    onTimeout(untilNextAlarm()).when(!alarms.isEmpty() && !stopping),
                    onDone(ctx).when(!stopping))) {
                case 0 -> ended(attempt.value());
                case 1 -> {
                    var next = line.value();
                    if (next == null) {
                        listed = false;
                    } else {
                        var job = admit.apply(next);
                        if (job != null) enqueue(job);
                    }
                }
                case 2 -> ring();
                default -> {}
            }
            stopping = hasEnded(ctx, enough);
        }
        return !listed && waiting == 0 && cancelled == 0;
    }

    private static boolean hasEnded(Context ctx, Context enough) {
        return ctx.err() != null || enough.err() != null;
    }

    private void start(Host host) {
        var job = host.queue.remove();
        host.isReady = false;
        host.started();
        waiting--;
        live++;
        start.accept(job);
        review(host);
    }

    private void enqueue(Job job) {
        var host = host(job);
        var givenUp = host.givenUp();
        if (givenUp != null) {
            giveUp(job, givenUp.reason(), givenUp.message(), job.attempt() - 1);
        } else {
            host.queue.add(job);
            waiting++;
        }
        review(host);
    }

    private void ended(@Nullable Attempted attempted) {
        if (attempted == null) throw new AssertionError("attempts is closed after run only");
        var job = attempted.job();
        var host = host(job);
        live--;
        host.live--;
        var failure = attempted.failure();
        if (failure == null) {
            host.succeeded();
        } else {
            switch (Trouble.of(failure)) {
                case CANCELLED -> cancelled++;
                case URL -> {
                    host.answered();
                    retry(job, failure, retry.after(job.attempt()));
                }
                case ELSEWHERE -> {
                    host.answered();
                    if (!gaveUpFor(failure.retryAfter(), job, failure)) retryAsItWishes(job, failure);
                }
                case SERVER_GONE -> {
                    if (host.isNews(attempted)) pauseOrGiveUp(host, ++host.refusals, failure, null);
                    retry(job, failure, Duration.ZERO);
                }
                case OVERLOAD -> overloaded(host, attempted, failure);
            }
        }
        review(host);
    }

    private void overloaded(Host host, Attempted attempted, FetchException failure) {
        host.answered();
        var wish = failure.retryAfter();
        var job = attempted.job().whoComplained();
        if (gaveUpFor(wish, job, failure)) return;
        if (attempted.job().complained()) { // (5)
            retryAsItWishes(job, failure);
            return;
        }
        var isNews = host.isNews(attempted);
        if (isNews) host.overloads++;
        var asks = wish != null ? wish.isPositive() : failure.status() == 429;
        var isHosts = asks || host.overloads > HARMLESS_OVERLOADS; // (6)
        if (isHosts && isNews) {
            host.slowDown(wish);
            pauseOrGiveUp(host, host.overloads - HARMLESS_OVERLOADS, failure, asks ? wish : null);
        }
        retry(job, failure, isHosts ? Duration.ZERO : retry.after(job.attempt()));
    }

    /** Plans another attempt for when the server wishes it, or later. */
    private void retryAsItWishes(Job job, FetchException failure) {
        var wish = failure.retryAfter();
        var delay = retry.after(job.attempt());
        retry(job, failure, wish != null && wish.compareTo(delay) > 0 ? wish : delay);
    }

    /** Gives a URL up whose server asks for a longer pause than we take. */
    private boolean gaveUpFor(@Nullable Duration wish, Job job, FetchException failure) {
        if (wish == null || wish.compareTo(retry.longestWish()) <= 0) return false;
        var message = failure.getMessage() + ", to come back after " + wish.toSeconds() + " s";
        giveUp(job, failure.word(), message, job.attempt());
        return true;
    }

    /** Leaves a host alone, the longer the more often it happens in a row; and in the end for good. */
    private void pauseOrGiveUp(Host host, int rounds, FetchException failure, @Nullable Duration wish) {
        if (rounds > retry.times()) {
            var message =
                    "gave up on " + host.name + " after " + rounds + " failures in a row: " + failure.getMessage();
            host.giveUp(failure.word(), message, GIVEN_UP);
            waiting -= host.queue.size();
            for (var job : host.queue) giveUp(job, failure.word(), message, job.attempt() - 1);
            host.queue.clear();
            if (host.isReady) ready.remove(host);
            host.isReady = false;
        } else {
            var delay = wish != null ? wish : retry.after(Math.max(rounds, 1));
            host.pause(delay);
            alarms.add(new Alarm(System.nanoTime() + delay.toNanos(), host, null));
            events.paused(host.name, failure, delay);
            if (host.isReady) ready.remove(host);
            host.isReady = false;
        }
    }

    /** Plans another attempt where one is left. */
    private void retry(Job job, FetchException failure, Duration delay) {
        if (!failure.retryable() || job.attempt() > retry.times()) {
            giveUp(job, failure.word(), String.valueOf(failure.getMessage()), job.attempt());
            return;
        }
        events.retrying(job.line(), failure, delay);
        if (delay.isZero()) {
            enqueue(job.again());
        } else {
            waiting++;
            alarms.add(new Alarm(System.nanoTime() + delay.toNanos(), host(job), job.again()));
        }
    }

    private void giveUp(Job job, String reason, String message, int attempts) {
        giveUp.accept(new Outcome.Failed(job.line(), job.index(), job.name(), reason, message, attempts));
    }

    private Duration untilNextAlarm() {
        var next = alarms.peek();
        return next == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, next.at - System.nanoTime()));
    }

    private void ring() {
        for (var next = alarms.peek(); next != null && next.at - System.nanoTime() <= 0; next = alarms.peek()) {
            alarms.remove();
            if (next.job == null) {
                next.host.isPaced = false;
                review(next.host);
            } else {
                waiting--;
                enqueue(next.job);
            }
        }
    }

    /** Brings (3) and (4) about after a change. */
    private void review(Host host) {
        if (!host.isReady && host.mayStart()) {
            var delay = host.paceDelay();
            if (delay == 0) {
                host.isReady = true;
                ready.add(host);
            } else if (!host.isPaced) {
                host.isPaced = true;
                alarms.add(new Alarm(System.nanoTime() + delay, host, null));
            }
        }
        if (host.isForgettable()) hosts.remove(host.name, host);
        if (hosts.size() > sweepAt) sweep();
    }

    private void sweep() {
        hosts.values().removeIf(Host::isForgettable);
        for (var all = hosts.values().iterator(); hosts.size() > PASTS && all.hasNext(); )
            if (all.next().isIdle()) all.remove();
        sweepAt = 2 * Math.max(PASTS, hosts.size());
    }

    /** For tests: of how many servers anything is known. */
    int knownHosts() {
        return hosts.size();
    }

    private Host host(Job job) {
        return hosts.computeIfAbsent(job.host(), name -> new Host(name, perHost, hostRate));
    }

    /** A moment to look at a host again, or to put a job back into its queue. */
    private record Alarm(long at, Host host, @Nullable Job job) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            return Long.compare(at - other.at, 0);
        }
    }
}
