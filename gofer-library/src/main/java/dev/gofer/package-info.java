/**
 * Go's concurrency for Java: goroutines, channels, {@code select}, {@code WaitGroup}, {@code Context}.
 *
 * <p>Start with {@link dev.gofer.Go}, which has the statements of Go that Java lacks, and {@link dev.gofer.Chan}. Then:
 *
 * <ul>
 *   <li>wait for goroutines with {@link dev.gofer.WaitGroup}, or {@link dev.gofer.ErrGroup} when they may fail;
 *   <li>guard shared memory with {@link dev.gofer.Mutex}, set it up with {@link dev.gofer.Once} or {@link dev.gofer.OnceValue};
 *   <li>wait for what a lock guards with {@link dev.gofer.Cond}, share permits with {@link dev.gofer.Weighted}, do work once for all who ask for it
 *       meanwhile with {@link dev.gofer.SingleFlight};
 *   <li>tell goroutines to stop, after a time or by hand, with {@link dev.gofer.Context}.
 * </ul>
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
 *   <li>a {@code done()} before the return of each {@code await()} that it lets go on;
 *   <li>an {@code unlock()} before each later {@code lock()};
 *   <li>an {@code unlock()} of an {@code RWMutex} before each later {@code rlock()}, a {@code runlock()} before each later {@code lock()};
 *   <li>a {@code signal()} or {@code broadcast()} before the return of each {@code await()} of a {@code Cond} that it ends;
 *   <li>a {@code release()} of a {@code Weighted} before each later acquisition that its permits go into;
 *   <li>the work of a {@code SingleFlight} before the return of each {@code run()} that shares its result;
 *   <li>the end of the action of a {@code Once} before the return of each {@code run()};
 *   <li>the cancellation of a context before whatever a goroutine does that saw its end.
 * </ul>
 */
package dev.gofer;
