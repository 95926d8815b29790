package dev.gofer.check;

import java.util.List;

/** Bugs in contexts, groups, pipes and executors. */
final class OtherPlants {
    private OtherPlants() {}

    static final List<Plant> ALL = List.of(
            new Plant("Context: a child that is made during the end misses it", "CancelContext", """
                    lock.acquire();
                    try {
                        if (ending != null) { return false; }
                    """, """
                    boolean hasEnded = ending != null;
                    lock.acquire();
                    try {
                        if (hasEnded) { return false; }
                    """),
            new Plant("Context: cancel returns while another one still ends what is below", "CancelContext", """
                    before.await(); // (4)
                    """, ""),
            new Plant("Context: the error can be seen before the channel is closed", "CancelContext", """
                    lock.acquire(); // (1)
                    ended = ending;
                    lock.release();
                    return ended;
                    """, """
                    return ending;
                    """),
            new Plant(
                    "Context: a channel that is asked for late is seen open (a real one: it was in the library)",
                    "CancelContext",
                    """
                    if (ending != null) {
                        channel.shut().run(); // before others can see it (1)
                    }
                    done = channel;
                    """,
                    """
                    done = channel;
                    if (ending != null) {
                        channel.shut().run();
                    }
                    """),
            new Plant("Context: stop says that it has prevented what runs", "CancelContext", """
                    return watchers != null && watchers.remove(removed);
                    """, """
                    return watchers == null || watchers.remove(removed);
                    """),
            new Plant("Context: two who end it both give a reason", "CancelContext", """
                    lock.acquire();
                    try {
                        if (ending != null) { return ending; }
                        ending = mine; // (1)
                    """, """
                    var before = ending;
                    lock.acquire();
                    try {
                        if (before != null) { return before; }
                        ending = mine;
                    """),
            new Plant("go(ctx): the interrupt outlives the task", "Interruptions", """
                    if (!watch.stop()) { interrupter.retire(); }
                    """, "var _ = watch.stop();"),
            new Plant("ErrGroup: a task counts as ended before its place is free", "ErrGroup", """
                    private void ended(@Nullable Chan<Task> taken) {
                    """, """
                    private void ended(@Nullable Chan<Task> taken) {
                        if (taken != null) {
                            tasks.done();
                            taken.tryReceive();
                            return;
                        }
                    """),
            new Plant("ErrGroup: a failure does not end the others", "ErrGroup", """
                    context.cancel(e);
                    """, ""),
            new Plant("SingleFlight: looks, then begins (the work is done twice at once)", "SingleFlight", """
                    var mine = new Call<V>();
                    var call = join(key, mine, null);
                    """, """
                    var mine = new Call<V>();
                    boolean isGoingOn = calls.containsKey(key);
                    dev.gofer.runtime.Bubble.step("begins the work");
                    if (!isGoingOn) { calls.remove(key); }
                    var call = join(key, mine, null);
                    """),
            new Plant("SingleFlight: the result is given out before the work leaves the map", "SingleFlight", """
                    calls.compute(key, (same, running) -> running == call ? null : running); // (2)
                    var result = new Result<V>(value, failure, call.callers > 1);
                    call.result = result;
                    call.over.done();
                    for (var channel : call.channels) {
                        channel.trySend(result); // has room
                    }
                    """, """
                    var result = new Result<V>(value, failure, call.callers > 1);
                    call.result = result;
                    call.over.done();
                    for (var channel : List.copyOf(call.channels)) {
                        channel.trySend(result);
                    }
                    calls.compute(key, (same, running) -> running == call ? null : running);
                    """),
            new Plant(
                    "SingleFlight: the end of forgotten work forgets the work that came after it",
                    "SingleFlight",
                    """
                    running == call ? null : running
                    """,
                    "null"),
            new Plant(
                    "BytePipe: an interrupted write does not wait for who is copying its bytes", "BytePipe", """
                    interrupted |= Thread.interrupted(); // (2)
                    """, """
                    throw e;
                    """),
            new Plant("BytePipe: two writes at once are mixed", "BytePipe", """
                    for (int done = 0; done < length; done += awaitTaken()) {
                    """, """
                    writing.unlock();
                    Go.gosched();
                    writing.lock();
                    for (int done = 0; done < length; done += awaitTaken(), writing.unlock(), writing.lock()) {
                    """),
            new Plant("BytePipe: it is closed before the reason is known", "BytePipe", """
                    end.compareAndSet(null, new Reason(cause)); // (4)
                    if (isClosed.compareAndSet(false, true)) {
                        closed.close();
                    }
                    """, """
                    if (isClosed.compareAndSet(false, true)) {
                        closed.close();
                    }
                    end.compareAndSet(null, new Reason(cause));
                    """),
            new Plant("executor: who shuts down and the last task both terminate it", "GoExecutor", """
                    boolean before = isShutdown && running == 0;
                    """, """
                    boolean before = false;
                    """),
            new Plant("executor: a task is taken on after the end", "GoExecutor", """
                    lock.acquire();
                    boolean rejected = isShutdown;
                    """, """
                    boolean rejected = isShutdown;
                    lock.acquire();
                    """),
            new Plant("Results: the channel is closed before the last result is there", "Results", """
                    places.acquire(ctx, ahead); // (3)
                    """, ""),
            new Plant("future: cancel does not interrupt its goroutine", "Futures", """
                    own.cancel(); // (1)
                    """, ""),
            new Plant("publisher: a value is asked for once too often", "ChanPublisher", """
                    demand.asked.decrementAndGet();
                    """, ""));
}
