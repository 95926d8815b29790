/**
 * Go's concurrency for Java: goroutines, channels, {@code select}, {@code WaitGroup}, {@code Context}. A tour in ten stops.
 *
 * <p>The examples take for granted {@code import module dev.gofer; import static dev.gofer.Go.*;}.
 *
 * <h2>1. Goroutines</h2>
 *
 * {@link dev.gofer.Go#go(Task) go} starts one. It is a virtual thread: cheap, and it may block anywhere.
 *
 * {@snippet class="dev.gofer.Tour" region="go"}
 *
 * <h2>2. Channels</h2>
 *
 * A {@link dev.gofer.Chan} brings values from one goroutine to another, and makes them wait for each other. The {@code try} forms do not wait.
 *
 * {@snippet class="dev.gofer.Tour" region="channel"}
 *
 * <h2>3. Close and range</h2>
 *
 * {@snippet class="dev.gofer.Tour" region="range"}
 *
 * <h2>4. Select</h2>
 *
 * {@link dev.gofer.Go#select select} waits for several things at once. Of those that are ready, chance takes one; {@link
 * dev.gofer.Go#selectInOrder selectInOrder} takes the first.
 *
 * {@snippet class="dev.gofer.Tour" region="select"}
 *
 * <h2>5. Time limits</h2>
 *
 * {@snippet class="dev.gofer.Tour" region="timeout"}
 *
 * <h2>6. Waiting for goroutines</h2>
 *
 * A {@link dev.gofer.WaitGroup} waits for the end of tasks; an {@link dev.gofer.ErrGroup} also tells which failed first.
 *
 * {@snippet class="dev.gofer.Tour" region="waitgroup"}
 *
 * {@snippet class="dev.gofer.Tour" region="errgroup"}
 *
 * <h2>7. Cancelling</h2>
 *
 * A {@link dev.gofer.Context} tells all who work for one job when to stop. It is a case of {@code select}, a parameter of what waits, and {@link
 * dev.gofer.Go#go(Context, Task) go(ctx, task)} interrupts what blocks elsewhere.
 *
 * {@snippet class="dev.gofer.Tour" region="context"}
 *
 * <h2>8. Shared memory</h2>
 *
 * A {@link dev.gofer.Mutex} or {@link dev.gofer.RWMutex} guards it, a {@link dev.gofer.Cond} waits for what a lock guards, {@link
 * dev.gofer.Once} and {@link dev.gofer.OnceValue} set it up, a {@link dev.gofer.Weighted} limits how much is in use, a {@link
 * dev.gofer.SingleFlight} does work once for all who ask for it meanwhile.
 *
 * {@snippet class="dev.gofer.Tour" region="mutex"}
 *
 * <h2>9. Time</h2>
 *
 * {@link dev.gofer.Go#after after}, {@link dev.gofer.GoTimer} and {@link dev.gofer.Ticker} bring the time on a channel. Who is no longer referred to
 * costs nothing.
 *
 * {@snippet class="dev.gofer.Tour" region="time"}
 *
 * <h2>10. Programs</h2>
 *
 * {@link dev.gofer.Go#main Go.main} makes a program that behaves as Go's: it ends when main returns, dies of an exception that no goroutine
 * catches, and says so when all goroutines wait for each other. Without it, the library never ends the JVM.
 *
 * {@snippet class="dev.gofer.Tour" region="program"}
 *
 * <h2>Rules that hold everywhere</h2>
 *
 * <ul>
 *   <li>Whatever waits can be interrupted: it throws the unchecked {@link java.util.concurrent.CancellationException} and leaves the
 *       interrupt flag set. What can go ahead at once does so, interrupted or not.
 *   <li>A time limit is a {@code Context}, or a case of a {@code select}.
 *   <li>Null cannot be sent. A null that is received means: closed, and no value is left.
 *   <li>Misuse, as a send on a closed channel, throws {@link dev.gofer.MisuseException}, whose message begins with Go's words.
 *   <li>Any thread may use any of these classes, goroutine or not.
 * </ul>
 *
 * <h2>Memory consistency</h2>
 *
 * <p>Goroutines share memory under the Java memory model. Beyond its rules, these happen before those:
 *
 * <ul>
 *   <li>what a goroutine does before {@code go(task)} before what the task does;
 *   <li>a send before the completion of the receive that gets its value;
 *   <li>the k-th receive from a channel with room for C values before the completion of the (k+C)-th send;
 *   <li>a close before a receive that returns null because of it;
 *   <li>a {@code done()}, or the end of a task, before the return of each {@code await()} that it lets go on;
 *   <li>an {@code unlock()} before each later {@code lock()};
 *   <li>an {@code unlock()} of an {@code RWMutex} before each later {@code rlock()}, a {@code runlock()} before each later {@code lock()};
 *   <li>a {@code signal()} or {@code broadcast()} before the return of each {@code await()} of a {@code Cond} that it ends;
 *   <li>a {@code release()} of a {@code Weighted} before each later acquisition that its permits go into;
 *   <li>the work of a {@code SingleFlight} before whatever brings its result;
 *   <li>the end of the action of a {@code Once} or {@code OnceValue} before the return of each {@code run()} or {@code get()};
 *   <li>the setting of a timer before its time is received, or its task begins;
 *   <li>the completion of a future before the {@code select} that chooses it;
 *   <li>an interrupt before the exception that it causes;
 *   <li>the cancellation of a context before whatever a goroutine does that saw its end.
 * </ul>
 */
package dev.gofer;
