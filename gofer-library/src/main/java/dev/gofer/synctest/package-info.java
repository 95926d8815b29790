/**
 * Tests of concurrent code: a bubble in which time is virtual, and schedules that can be chosen and replayed. Go: {@code testing/synctest}.
 *
 * <h2>A bubble</h2>
 *
 * {@link dev.gofer.synctest.Synctest#run} runs a task as the first goroutine of a <em>bubble</em>. All goroutines that it starts, directly or not, are
 * in the bubble, too, and {@code run} returns when all of them have ended.
 *
 * {@snippet class="dev.gofer.synctest.SynctestSnippets" region="timeout" :
 * Synctest.run(() -> {
 *     var ctx = Context.background().withTimeout(Duration.ofMinutes(5));
 *     Go.sleep(Duration.ofMinutes(5).minusNanos(1)); // takes no time
 *     Synctest.await();
 *     assertNull(ctx.err());
 *     Go.sleep(Duration.ofNanos(1));
 *     Synctest.await(); // until all others are asleep, or have ended
 *     assertInstanceOf(DeadlineExceededException.class, ctx.err());
 * });
 * }
 *
 * <h2>Time</h2>
 *
 * The bubble has a clock of its own, which begins at midnight UTC of 2000-01-01. {@code Go.sleep}, timers, tickers, time limits and deadlines of contexts
 * go by it; {@link dev.gofer.synctest.Synctest#clock} is for code that asks for a {@link java.time.Clock} or {@link java.time.InstantSource}, {@link
 * dev.gofer.synctest.Synctest#scheduler} for code that asks for a {@link java.util.concurrent.ScheduledExecutorService}. It stands still while
 * anybody runs. When every goroutine is <em>durably blocked</em>, then
 *
 * <ul>
 *   <li>{@link dev.gofer.synctest.Synctest#await} returns, if somebody has called it;
 *   <li>or else the clock goes forward to the next event, unless the first goroutine has ended;
 *   <li>or else that is a deadlock: {@code run} throws a {@link dev.gofer.synctest.DeadlockError} with the stacks of all.
 * </ul>
 *
 * <h2>Durably blocked</h2>
 *
 * is a goroutine that only another one of the bubble, or its clock, can wake. Those are: one that sends to or receives from a channel that was made in
 * the bubble, or selects among such; that sleeps; that waits for a {@code Cond}, for a {@code WaitGroup} whose tasks were added in the bubble, or, beyond
 * Go, for a {@code Mutex}, {@code RWMutex} or {@code Weighted} that a goroutine of the bubble has.
 *
 * <p>Not durable is a wait for a channel that was made outside, for a socket or a process, and, unless the agent is there (below), for what the JDK waits for
 * in real time: {@code Thread.sleep}, {@code orTimeout} and other time limits of {@code java.util.concurrent}. The bubble's clock stands still until they are over.
 * When nothing has happened for 30 s ({@code -Dgofer.synctest.patience=SECONDS}), {@code run} throws and says who waits for what.
 *
 * <p>Touching what was made in a bubble from outside of it, be it a channel, a timer or a {@code WaitGroup}, throws a {@link dev.gofer.MisuseException}.
 *
 * <h2>With and without {@code --add-opens}</h2>
 *
 * Where the JVM is run with {@code --add-opens java.base/java.lang=ALL-UNNAMED} ({@code =dev.gofer} where Gofer is on the module path), a bubble is the scheduler
 * of its virtual threads: one of them runs at a time, and all virtual threads that they start are in the bubble, goroutines or not. A wait in a class of
 * {@code java.util.concurrent} without a time limit counts as durable then. Without the flag all of the above holds, too, for goroutines; each
 * change of goroutine takes some ten times as long, other threads that a goroutine starts are outside, and so is what wakes one that
 * waits in a class of the JDK.
 *
 * <h2>The JDK's time, and code without goroutines</h2>
 *
 * With {@code -Djdk.attach.allowAttachSelf=true} besides, an agent ({@link dev.gofer.synctest.TimeAgent}) rewrites classes when the first bubble begins, in the JVM
 * of the tests only. From then on {@code Thread.sleep}, {@code Object.wait}, all time limits of {@code java.util.concurrent}, and what {@code System} and {@code
 * Instant} say of the time, are the bubble's for its threads; the threads that {@code Executors} makes in a bubble, and what a {@code CompletableFuture} gives to the
 * common pool, are in the bubble; what one of its threads throws and nobody catches fails the test; and schedules part in code under test, too: before fields and array
 * elements that it reads or writes, monitors that it enters, and calls of {@code java.util.concurrent}, in classes that come from a directory.
 *
 * <h2>Schedules</h2>
 *
 * Who of several goroutines runs next, is chance. {@link dev.gofer.synctest.Schedules#explore} runs a task many times, each time with another choice at
 * every step, also at the steps inside of channels and locks. A failure tells the schedule that led to it, and {@link
 * dev.gofer.synctest.Schedules#replay} runs that again.
 */
package dev.gofer.synctest;
