package dev.gofer;

import dev.gofer.runtime.Goroutine;
import dev.gofer.runtime.Park;
import dev.gofer.runtime.Registry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The statements of Go that Java lacks, and package {@code runtime}; meant for {@code import static dev.gofer.Go.*}.
 *
 * {@snippet class="dev.gofer.Snippets" region="program" :
 * Go.main(() -> {
 *     var results = new Chan<String>();
 *     go(() -> results.send("hello"));
 *     select(
 *             onReceive(results, System.out::println),
 *             onTimeout(Duration.ofSeconds(60), () -> System.out.println("too late")));
 * });
 * }
 */
public final class Go {
    private Go() {}

    // Goroutines

    /**
     * Starts a goroutine that runs {@code task}, and goes on at once. Go: {@code go f(x)}.
     *
     * <p>The local variables that the lambda captures are copied now; Java lets it capture only those that do not change. Every expression in
     * its body is evaluated later, in the goroutine, be it a call or a field: for Go's {@code go f(next())} write {@code var n = next();
     * go(() -> f(n));}. The call happens-before the first action of the goroutine.
     *
     * <p>An exception that leaves the task ends a {@link #main} program; elsewhere it goes to the thread's uncaught-exception handler. A
     * goroutine is a virtual thread: it does not keep the JVM alive.
     *
     * @param task what to run; may throw anything
     */
    public static void go(Task task) {
        Objects.requireNonNull(task);
        Goroutine.start(task, Bodies.of(task), null);
    }

    /**
     * The same, and interrupts the goroutine when {@code ctx} ends: what it is blocked in, a channel, a lock, a socket, throws. If what it
     * throws then leaves the task, that is its normal end: {@link CancellationException}, {@link InterruptedException}, {@link
     * InterruptedIOException}, {@link ClosedByInterruptException}, {@link FileLockInterruptionException}, {@link SocketException}, or an {@link
     * IOException} or {@link UncheckedIOException} around one of them.
     *
     * <p>No interrupt ends a read of the standard input or of a process's output; {@code ctx.afterFunc(process::destroy)} ends the latter.
     *
     * @param ctx interrupts the goroutine when it ends
     * @param task what to run; may throw anything
     */
    public static void go(Context ctx, Task task) {
        Objects.requireNonNull(task);
        Objects.requireNonNull(ctx);
        Goroutine.start(task, () -> Interruptions.call(ctx, task), null);
    }

    /**
     * Runs {@code task} as the main goroutine of a program, then exits. Go: {@code func main()}.
     *
     * <p>When the task returns, the program ends with exit code 0, whatever its other goroutines are doing. When any goroutine throws an
     * exception that it does not catch, or when no goroutine can ever go on, a report in Go's words goes to the standard error stream and
     * the exit code is 2. Never returns.
     *
     * @param task what the program does
     * @throws MisuseException when the program has a main goroutine already
     */
    public static void main(Task task) {
        Program.run(Objects.requireNonNull(task));
    }

    /** Ends the calling goroutine; its {@code finally} blocks run. Catches of {@link Throwable} must let it pass. Go: {@code runtime.Goexit()}. */
    public static void goexit() {
        if (!Registry.isGoroutine()) {
            throw new MisuseException("goexit of a thread that is no goroutine: return from its body instead");
        }
        throw Goroutine.exit();
    }

    /** Lets other goroutines run. There is no time slicing: a goroutine that computes for long should call this. Go: {@code runtime.Gosched()}. */
    public static void gosched() {
        Park.yieldFairly();
    }

    /** {@return the number of goroutines that have not ended} One that has just said {@code done()} may still count. Go: {@code runtime.NumGoroutine()}. */
    public static int numGoroutine() {
        return Registry.size();
    }

    /**
     * The number of processors that run goroutines at the same time. Go: {@code runtime.GOMAXPROCS(n)}.
     *
     * <p>It is a setting of the JVM, which all virtual threads share, and a target rather than a limit: while a goroutine blocks its
     * processor, as in printing or in file I/O, the JVM may lend another one, and a lower number takes effect bit by bit. In a {@link #main} program
     * it begins with the environment variable {@code GOMAXPROCS}, if that is a number above 0. The JVM never has more than {@code
     * -Djdk.virtualThreadScheduler.maxPoolSize} of them, 256 unless set.
     *
     * @param n the new number, 32,767 at most; less than 1 only asks
     * @return the number before the call
     * @throws IllegalArgumentException when {@code n} is more than that
     */
    public static int gomaxprocs(int n) {
        return Gomaxprocs.set(n);
    }

    /**
     * Sets the number of processors to what the JVM has now: those of the machine, as far as affinity and the quota of a container allow.
     * Programs that change neither need not call it. Go: {@code runtime.SetDefaultGOMAXPROCS()}.
     */
    public static void setDefaultGomaxprocs() {
        Gomaxprocs.set(Runtime.getRuntime().availableProcessors());
    }

    /**
     * {@return all goroutines with what they wait for, in Go's form; of more than 10,000, the stacks of the first only} Go: {@code
     * runtime.Stack(buf, true)}.
     *
     * <p>A header says since how many minutes a goroutine waits, from one minute on. It is counted from when a dump, or the watch of a {@link #main}
     * program that looks twice a minute, saw it wait first; and only for waits on what this package offers.
     *
     * <p>{@code created by} names the class in which the task was written; with the system property {@code gofer.creationsites=true} also the
     * line of the {@code go} statement, which costs about a microsecond each time.
     */
    public static String dump() {
        return Dump.all();
    }

    /**
     * Writes the same to {@code out}, one goroutine after the other, with all stacks. Nobody is stopped for it, and no more than one stack is in
     * memory at a time. Go: {@code pprof.Lookup("goroutine").WriteTo(w, 2)}.
     *
     * @param out where to
     * @throws IOException when {@code out} does
     */
    public static void dump(Appendable out) throws IOException {
        Dump.all(Objects.requireNonNull(out));
    }

    /**
     * Sets how much a {@link #main} program tells when it dies of an uncaught exception or a deadlock. It can only raise what the environment
     * variable {@code GOTRACEBACK} asks for. Go: {@code runtime/debug.SetTraceback(level)}.
     *
     * @param level {@code none}: the message alone; {@code single}, which is the default: the goroutine that panicked, or all that are in a
     *     deadlock; {@code all}: all goroutines; {@code system}: also the frames of the runtime and all other threads; {@code crash}: then an
     *     abort, for a core file, with exit code 134. Numbers 0, 1 and 2 stand for none, all and system; any other word for none
     */
    public static void setTraceback(String level) {
        Traceback.set(Objects.requireNonNull(level));
    }

    /**
     * Finds the goroutines that are asleep and that nothing can wake: a deadlock of a few in a program that goes on. Works in any program, also
     * without {@link #main}. Go: the {@code goroutineleak} profile.
     *
     * <p>Each one that it names is proven: the garbage collector found no thread, timer, or poller that reaches the goroutine or what it
     * sleeps on, not even through another goroutine. What somebody could still reach is not named, even if nobody ever will wake it: one that
     * sleeps on a channel in a static field, say. Neither is a goroutine that sleeps in {@code select()}, which it does on purpose, and what
     * it refers to.
     *
     * <p>The collector takes what it has proven to be lost: the goroutine's {@code finally} blocks never run, and what only it referred to is
     * freed. This call, later ones, {@link #dump} and {@link #numGoroutine} still tell of it. Who reaches a goroutine through a weak
     * reference only does not count, and finds the reference cleared.
     *
     * <p>For tests and for the rare look into a running program: it takes the stacks of the sleeping goroutines, some 70 µs each and 10,000 at
     * most, and collects the whole heap.
     *
     * @return those goroutines in the form of {@link #dump}, each marked {@code (leaked)}; empty when there are none
     * @throws IllegalStateException when this JVM holds every virtual thread, so that nothing can be proven. {@link #main} sees to it that it
     *     does not; elsewhere it takes {@code -Djdk.trackAllThreads=false} on the command line
     */
    public static String deadlocked() {
        return Leaks.report();
    }

    /**
     * Prints a message to the standard error stream and ends the JVM with exit code 1. Go: {@code log.Fatal(err)}.
     *
     * @param message what to print
     * @return nothing; declared so that {@code throw fatal(e)} tells the compiler that the method ends here
     */
    public static RuntimeException fatal(String message) {
        return ProgramEnd.fatal(Objects.requireNonNull(message));
    }

    /**
     * The same with the message of {@code error}, or its class where it has none.
     *
     * @param error what to print
     * @return nothing
     */
    public static RuntimeException fatal(Throwable error) {
        var message = error.getLocalizedMessage();
        return ProgramEnd.fatal(message == null || message.isBlank() ? error.toString() : message);
    }

    // Executors and futures

    /**
     * The same as {@link #executor(Context)}, with no context.
     *
     * @return the executor
     */
    public static ExecutorService executor() {
        return executor(Context.background());
    }

    /**
     * An executor that runs each task in a goroutine of its own, for code that asks for an {@link ExecutorService}. Close it when it is no longer
     * needed.
     *
     * <p>What leaves a task that was passed to {@code execute} is uncaught, as with {@link #go(Context, Task)}; {@code submit} puts it into the
     * future, which is cancelled when the task calls {@link #goexit}. No task waits for its turn: {@code shutdownNow} interrupts those that run, and returns an empty list.
     *
     * @param ctx its end shuts the executor down and interrupts its tasks, as {@code shutdownNow} does
     * @return the executor
     */
    public static ExecutorService executor(Context ctx) {
        return GoExecutor.of(ctx);
    }

    /**
     * The same as {@link #future(Context, Callable)}, with no context.
     *
     * @param <T> of the result
     * @param task what to run
     * @return the future
     */
    public static <T extends @Nullable Object> CompletableFuture<T> future(Callable<? extends T> task) {
        return future(Context.background(), task);
    }

    /**
     * Starts a goroutine; the future completes with its result. What the task throws completes the future exceptionally, and so does {@link
     * #goexit}, with a {@link CancellationException}; neither counts as uncaught.
     *
     * <p>Who completes the future first, with {@code cancel}, {@code orTimeout} or in any other way, interrupts the goroutine.
     *
     * @param <T> of the result
     * @param ctx its end cancels the future and interrupts the goroutine
     * @param task what to run
     * @return the future
     */
    public static <T extends @Nullable Object> CompletableFuture<T> future(Context ctx, Callable<? extends T> task) {
        Objects.requireNonNull(task);
        return Futures.start(Objects.requireNonNull(ctx), task);
    }

    /**
     * Runs {@code tasks} on any executor. The channel brings each as a future that has completed, in the order in which they do, and is closed
     * after the last.
     *
     * {@snippet class="dev.gofer.Snippets" region="results" :
     * for (var done : Go.results(ctx, pool, 8, tasks)) {
     *     switch (done.state()) {
     *         case SUCCESS -> use(done.resultNow());
     *         default -> report(done.exceptionNow());
     *     }
     * }
     * }
     *
     * <p>No thread of the executor ever waits for a receiver. A task that the executor rejects is a failed future. If {@code tasks} cannot tell
     * the next, a future that failed with that exception is the last.
     *
     * @param <T> of the results
     * @param ctx its end cancels the tasks under way and closes the channel. Who stops receiving early must end it; so must who uses an executor
     *     that drops tasks
     * @param executor runs the tasks
     * @param ahead how many tasks may be under way: passed to the executor, their results not received yet; at least 1. The next task is
     *     asked for only when there is a place for it
     * @param tasks iterated once, in a goroutine
     * @return the channel of their results
     * @throws IllegalArgumentException when {@code ahead} is less than 1
     */
    public static <T extends @Nullable Object> ReceiveChan<Future<T>> results(
            Context ctx, Executor executor, int ahead, Iterable<? extends Callable<? extends T>> tasks) {
        return Results.start(ctx, Objects.requireNonNull(executor), ahead, Objects.requireNonNull(tasks));
    }

    // Time

    /**
     * {@return a channel that brings the time once, {@code delay} from now} It costs nothing while nobody waits for it. Go: {@code
     * time.After(d)}.
     *
     * @param delay from now; zero or negative: at once
     */
    public static ReceiveChan<Instant> after(Duration delay) {
        return TimerChan.once(delay);
    }

    /**
     * {@return a channel that brings the time every {@code period}} Who wants to stop it makes a {@link Ticker}. Go: {@code time.Tick(d)}.
     *
     * @param period the first tick comes after one; zero or negative: {@link Chan#nil} is returned
     */
    public static ReceiveChan<Instant> tick(Duration period) {
        return period.isPositive() ? TimerChan.every(period) : Chan.nil();
    }

    /**
     * Waits for {@code delay}; returns at once when it is zero or negative. Go: {@code time.Sleep(d)}.
     *
     * @param delay how long
     * @throws CancellationException when the thread is interrupted first; the flag stays set
     */
    public static void sleep(Duration delay) {
        if (delay.isPositive()) {
            Park.sleep(delay);
        }
    }

    // Select

    /**
     * Waits until one of the cases can go ahead, does its operation, then runs its body. Of several that are ready, chance takes one: all
     * are equally likely. Go: {@code select}.
     *
     * <p>Without a case that could ever be ready, and without {@link #otherwise}, it waits for ever: {@code select()} is Go's {@code select
     * {}}.
     *
     * <p>Where the body shall {@code return}, {@code break} or throw, use the result: {@code var job = onReceive(jobs); switch (select(job,
     * onDone(ctx))) { case 0 -> use(job.value()); default -> { return; } }}.
     *
     * @param cases the operations to wait for; none has to be there
     * @return the index of the case that was chosen
     * @throws MisuseException when the chosen case sends to a closed channel
     * @throws CancellationException when the thread is interrupted while it waits; the flag stays set
     */
    public static int select(Case... cases) {
        return Select.run(cases, false);
    }

    /**
     * The same, but of several that are ready it takes the first in the list. Not in Go.
     *
     * @param cases the operations to wait for, the most important first
     * @return the index of the case that was chosen
     */
    public static int selectInOrder(Case... cases) {
        return Select.run(cases, true);
    }

    /**
     * {@return a case that receives} Its value is in {@link Case.Receive#value}. Go: {@code case v := <-ch:}.
     *
     * @param <T> what travels through the channel
     * @param channel where to receive; null: never ready
     */
    public static <T> Case.Receive<T> onReceive(@Nullable ReceiveChan<T> channel) {
        return new Case.Receive<>(channel, null);
    }

    /**
     * {@return a case that receives}
     *
     * @param <T> what travels through the channel
     * @param channel where to receive; null: never ready
     * @param body gets the value; null when the channel is closed and drained
     */
    public static <T> Case.Receive<T> onReceive(@Nullable ReceiveChan<T> channel, Consumer<? super @Nullable T> body) {
        return new Case.Receive<>(channel, Objects.requireNonNull(body));
    }

    /**
     * {@return a case that sends} Go: {@code case ch <- v:}.
     *
     * @param <T> what travels through the channel
     * @param channel where to send; null: never ready
     * @param value what to send; not null
     */
    public static <T> Case.Send<T> onSend(@Nullable SendChan<T> channel, T value) {
        return new Case.Send<>(channel, value, null);
    }

    /**
     * {@return a case that sends, then runs {@code body}}
     *
     * @param <T> what travels through the channel
     * @param channel where to send; null: never ready
     * @param value what to send; not null
     * @param body runs once the value is sent
     */
    public static <T> Case.Send<T> onSend(@Nullable SendChan<T> channel, T value, Runnable body) {
        return new Case.Send<>(channel, value, Objects.requireNonNull(body));
    }

    /**
     * {@return a case that is ready {@code delay} from now} Make a new one for each {@code select}. Go: {@code case <-time.After(d):}.
     *
     * @param delay from now; zero or negative: it is ready at once
     */
    public static Case.Receive<Instant> onTimeout(Duration delay) {
        return onReceive(after(delay));
    }

    /**
     * {@return a case that is ready {@code delay} from now, and then runs {@code body}}
     *
     * @param delay from now; zero or negative: it is ready at once
     * @param body runs when the time has come
     */
    public static Case.Receive<Instant> onTimeout(Duration delay, Runnable body) {
        return onReceive(after(delay), ignored(body));
    }

    /**
     * {@return a case that is ready when {@code ctx} has ended} Go: {@code case <-ctx.Done():}.
     *
     * @param ctx whose end to wait for
     */
    public static Case.Receive<Void> onDone(Context ctx) {
        return onReceive(ctx.done());
    }

    /**
     * {@return a case that is ready when {@code ctx} has ended, and then runs {@code body}}
     *
     * @param ctx whose end to wait for
     * @param body runs after the end
     */
    public static Case.Receive<Void> onDone(Context ctx, Runnable body) {
        return onReceive(ctx.done(), ignored(body));
    }

    /**
     * {@return a case that is ready when {@code future} has completed, in whatever way} Not in Go.
     *
     * @param future what to wait for
     */
    public static Case.Receive<Void> onDone(CompletableFuture<?> future) {
        return onReceive(Futures.done(future));
    }

    /**
     * {@return a case that is ready when {@code future} has completed, in whatever way, and then runs {@code body}}
     *
     * @param future what to wait for
     * @param body runs after the completion
     */
    public static Case.Receive<Void> onDone(CompletableFuture<?> future, Runnable body) {
        return onReceive(Futures.done(future), ignored(body));
    }

    /**
     * {@return a case that is ready when {@code future} has completed; {@code body} gets its value}
     *
     * <p>If the future failed, {@code select} throws what {@link CompletableFuture#join} throws.
     *
     * @param <T> what the future brings
     * @param future what to wait for
     * @param body gets the value
     */
    public static <T extends @Nullable Object> Case.Receive<Void> onDone(
            CompletableFuture<T> future, Consumer<? super T> body) {
        Objects.requireNonNull(body);
        return onReceive(Futures.done(future), ignored(() -> body.accept(future.join())));
    }

    /** {@return the case that is chosen when no other is ready} Go: {@code default:}. */
    public static Case.Otherwise otherwise() {
        return new Case.Otherwise(null);
    }

    /**
     * {@return the case that is chosen when no other is ready; then runs {@code body}}
     *
     * @param body runs when it is chosen
     */
    public static Case.Otherwise otherwise(Runnable body) {
        return new Case.Otherwise(Objects.requireNonNull(body));
    }

    private static <T> Consumer<@Nullable T> ignored(Runnable body) {
        Objects.requireNonNull(body);
        return value -> body.run();
    }
}
