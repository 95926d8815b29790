/**
 * Go's concurrency for Java: goroutines, channels, {@code select}, {@code WaitGroup}, {@code Context}. A tour in ten stops.
 *
 * <p>The examples take for granted {@code import module dev.gofer; import static dev.gofer.Go.*;}.
 *
 * <h2>1. Goroutines</h2>
 *
 * {@link dev.gofer.Go#go(Task) go} starts one. It is a virtual thread: cheap, and it may block anywhere.
 *
 * {@snippet class="dev.gofer.Tour" region="go" :
 * var greetings = new Chan<String>();
 * var name = "gopher"; // a lambda captures the values of local variables, now
 * go(() -> greetings.send("hello, " + name));
 * System.out.println(greetings.receive()); // prints: hello, gopher
 * }
 *
 * <h2>2. Channels</h2>
 *
 * A {@link dev.gofer.Chan} brings values from one goroutine to another, and makes them wait for each other. The {@code try} forms do not wait.
 *
 * {@snippet class="dev.gofer.Tour" region="channel" :
 * var letters = new Chan<String>(2); // room for two; new Chan<>() has none, and hands over
 * letters.send("a");
 * letters.send("b");
 * System.out.println(letters.trySend("c")); // prints: false
 * System.out.println(letters.receive() + letters.receive()); // prints: ab
 * System.out.println(letters.tryReceive()); // prints: null
 * }
 *
 * <h2>3. Close and range</h2>
 *
 * {@snippet class="dev.gofer.Tour" region="range" :
 * var squares = new Chan<Integer>();
 * go(() -> {
 *     for (int i = 1; i <= 3; i++) {
 *         squares.send(i * i);
 *     }
 *     squares.close(); // who sends, closes; who receives gets what is left, then null
 * });
 * int sum = 0;
 * for (int square : squares) {
 *     sum += square;
 * }
 * System.out.println(sum + " " + squares.receive()); // prints: 14 null
 * }
 *
 * <h2>4. Select</h2>
 *
 * {@link dev.gofer.Go#select select} waits for several things at once. Of those that are ready, chance takes one; {@link
 * dev.gofer.Go#selectInOrder selectInOrder} takes the first.
 *
 * {@snippet class="dev.gofer.Tour" region="select" :
 * var in = new Chan<String>();
 * var out = new Chan<String>(1);
 * select(
 *         onReceive(in, letter -> System.out.println("got " + letter)),
 *         onSend(out, "reply", () -> System.out.println("sent"))); // prints: sent
 * select(
 *         onReceive(in, letter -> System.out.println("got " + letter)),
 *         otherwise(() -> System.out.println("nothing yet"))); // prints: nothing yet
 * }
 *
 * <h2>5. Time limits</h2>
 *
 * {@snippet class="dev.gofer.Tour" region="timeout" :
 * var answers = new Chan<Integer>();
 * var answer = onReceive(answers);
 * switch (select(answer, onTimeout(Duration.ofMillis(10)))) { // with a switch, a case may return, break or throw
 *     case 0 -> System.out.println("answer: " + answer.value());
 *     default -> System.out.println("too late"); // prints: too late
 * }
 * }
 *
 * <h2>6. Waiting for goroutines</h2>
 *
 * A {@link dev.gofer.WaitGroup} waits for the end of tasks; an {@link dev.gofer.ErrGroup} also tells which failed first.
 *
 * {@snippet class="dev.gofer.Tour" region="waitgroup" :
 * var lengths = new Chan<Integer>(3);
 * var wg = new WaitGroup();
 * for (var word : new String[] {"one", "three", "eleven"}) {
 *     wg.go(() -> lengths.send(word.length()));
 * }
 * wg.await(); // all three have ended: what they did is seen here
 * System.out.println(lengths.len()); // prints: 3
 * }
 *
 * {@snippet class="dev.gofer.Tour" region="errgroup" :
 * var group = ErrGroup.withContext(Context.background());
 * group.go(() -> {
 *     throw new IOException("disk full");
 * });
 * group.go(() -> new Chan<String>().receive()); // interrupted as soon as the other has failed
 * try {
 *     group.await();
 * } catch (IOException e) {
 *     System.out.println(e.getMessage()); // prints: disk full
 * }
 * }
 *
 * <h2>7. Cancelling</h2>
 *
 * A {@link dev.gofer.Context} tells all who work for one job when to stop. It is a case of {@code select}, a parameter of what waits, and {@link
 * dev.gofer.Go#go(Context, Task) go(ctx, task)} interrupts what blocks elsewhere.
 *
 * {@snippet class="dev.gofer.Tour" region="context" :
 * var numbers = new Chan<Integer>();
 * var counter = new WaitGroup();
 * try (var ctx = Context.background().withTimeout(Duration.ofMinutes(1))) {
 *     counter.go(() -> {
 *         int n = 0;
 *         while (select(onSend(numbers, n), onDone(ctx)) == 0) {
 *             n++;
 *         }
 *     });
 *     System.out.println(numbers.receive() + " " + numbers.receive()); // prints: 0 1
 * } // leaving the block cancels the context: Go's defer cancel()
 * counter.await();
 * System.out.println("the counter has stopped"); // prints: the counter has stopped
 * }
 *
 * <h2>8. Shared memory</h2>
 *
 * A {@link dev.gofer.Mutex} or {@link dev.gofer.RWMutex} guards it, a {@link dev.gofer.Cond} waits for what a lock guards, {@link
 * dev.gofer.Once} and {@link dev.gofer.OnceValue} set it up, a {@link dev.gofer.Weighted} limits how much is in use, a {@link
 * dev.gofer.SingleFlight} does work once for all who ask for it meanwhile.
 *
 * {@snippet class="dev.gofer.Tour" region="mutex" :
 * var mu = new Mutex();
 * Map<String, Integer> votes = new HashMap<>(); // guarded by mu
 * var wg = new WaitGroup();
 * for (int i = 0; i < 100; i++) {
 *     wg.go(() -> {
 *         mu.lock();
 *         try {
 *             votes.merge("yes", 1, Integer::sum);
 *         } finally {
 *             mu.unlock();
 *         }
 *     });
 * }
 * wg.await();
 * System.out.println(votes); // prints: {yes=100}
 * }
 *
 * <h2>9. Time</h2>
 *
 * {@link dev.gofer.Go#after after}, {@link dev.gofer.GoTimer} and {@link dev.gofer.Ticker} bring the time on a channel. Who is no longer referred to
 * costs nothing.
 *
 * {@snippet class="dev.gofer.Tour" region="time" :
 * var events = new Chan<String>();
 * var timer = GoTimer.afterFunc(Duration.ofDays(1), () -> events.send("a day later"));
 * System.out.println(timer.stop()); // prints: true
 * try (var ticker = new Ticker(Duration.ofMillis(1))) {
 *     ticker.channel().receive(); // the instant at which it was due; who comes too late misses ticks
 *     System.out.println(ticker.channel().len()); // prints: 0
 * }
 * }
 *
 * <h2>10. Programs</h2>
 *
 * {@link dev.gofer.Go#main Go.main} makes a program that behaves as Go's: it ends when main returns, dies of an exception that no goroutine
 * catches, and says so when all goroutines wait for each other. Without it, the library never ends the JVM.
 *
 * {@snippet class="dev.gofer.Tour" region="program" :
 * public static void main(String[] args) {
 *     Go.main(() -> {
 *         System.out.println("main begins"); // prints: main begins
 *         stops();
 *         go(() -> Go.sleep(Duration.ofDays(1)));
 *         System.out.println("main ends"); // the program ends here and now, with exit code 0
 *     });
 * }
 * }
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
