package dev.gofer.check;

import java.util.List;

/** Bugs in locks and counters. */
final class LockPlants {
    private LockPlants() {}

    static final List<Plant> ALL = List.of(
            new Plant(
                    "Mutex: who queues up does not say so (a lost wake-up)",
                    "Mutex",
                    """
                    seen | QUEUED | (starves ? STARVING : 0)
                    """,
                    "seen | (starves ? STARVING : 0)"),
            new Plant("Mutex: tryLock looks, then locks", "Mutex", """
                    Bubble.step("tries to lock a Mutex");
                    if (STATE.compareAndSet(this, seen, seen | LOCKED)) {
                    """, """
                    Bubble.step("tries to lock a Mutex");
                    state = seen | LOCKED;
                    if (seen >= 0) {
                    """),
            new Plant("Mutex: handed over, but not told so (a missed permit)", "Mutex", """
                    first.ok = true; // (5)
                    """, ""),
            new Plant("Mutex: who gives up writes back what he has seen of the state", "Mutex", """
                    while (!STATE.compareAndSet(this, seen, seen & LOCKED)) { // nobody is left to starve, either
                        seen = state;
                    }
                    """, """
                    state = seen & LOCKED;
                    """),
            new Plant("RWMutex: readers overtake a writer who waits (he starves)", "RWMutex", """
                    while ((seen & (WRITER | QUEUED)) == 0) {
                        Bubble.step("locks a RWMutex for reading");
                    """, """
                    while ((seen & WRITER) == 0) {
                        Bubble.step("locks a RWMutex for reading");
                    """),
            new Plant("RWMutex: readers lock beside a writer who waits", "RWMutex", """
                    if ((seen & (WRITER | QUEUED)) != 0) { return false; }
                    """, """
                    if ((seen & WRITER) != 0) { return false; }
                    """),
            new Plant(
                    "RWMutex: a writer who gives up leaves those behind him asleep (a lost give-up)",
                    "RWMutex",
                    """
                    } catch (Throwable e) { // gave up: readers may have waited behind this writer
                        settle(false);
                    """,
                    """
                    } catch (Throwable e) {
                    """),
            new Plant("RWMutex: a writer is let in while somebody reads", "RWMutex", """
                    } else if (!writers.isEmpty() && held < READER && !isReserved) {
                    """, """
                    } else if (!writers.isEmpty() && !isReserved) {
                    """),
            new Plant("RWMutex: the last reader wakes nobody", "RWMutex", """
                    if (seen - READER == QUEUED) {
                    """, """
                    if (seen - READER == 0) {
                    """),
            new Plant("RWMutex: the next writer goes before readers who waited", "RWMutex", """
                    if (!readers.isEmpty() && (unlocks || writers.isEmpty())) {
                    """, """
                    if (!readers.isEmpty() && writers.isEmpty()) {
                    """),
            new Plant("RWMutex: a reader loses to every writer who comes by (he starves)", "RWMutex", """
                    if (overdue || !writers.isEmpty()) {
                    """, """
                    if (!writers.isEmpty()) {
                    """),
            new Plant(
                    "RWMutex: readers who must wait for a writer are told that it is their turn", "RWMutex", """
                    if (overdue || !writers.isEmpty()) {
                    """, """
                    if (overdue) {
                    """),
            new Plant("RWMutex: a reader who was woken to a free lock takes it for his", "RWMutex", """
                    if (me.ok) {
                    """, """
                    if (me.ok || !isAwaited) {
                    """),
            new Plant("RWMutex: any number of writers come by while a reader is on his way", "RWMutex", """
                    return awaited > 0 && ++passes >= MOST_PASSES;
                    """, """
                    return false;
                    """),
            new Plant("RWMutex: it stays reserved when the reader is here", "RWMutex", """
                    int kept = left == 0 ? seen & ~RESERVED : seen;
                    """, """
                    int kept = seen;
                    """),
            new Plant("RWMutex: a writer who waits is given what is reserved for a reader", "RWMutex", """
                    } else if (!writers.isEmpty() && held < READER && !isReserved) {
                    """, """
                    } else if (!writers.isEmpty() && held < READER) {
                    """),
            new Plant("RWMutex: a reader counts himself without a look at others", "RWMutex", """
                    if (isHis || (seen & (WRITER | QUEUED)) == 0) {
                        if (STATE.compareAndSet(this, seen, kept + READER)) {
                            awaited = left;
                            return null;
                        }
                    }
                    """, """
                    if (isHis || (seen & (WRITER | QUEUED)) == 0) {
                        STATE.getAndAdd(this, READER);
                        if (seen >= 0) {
                            awaited = left;
                            return null;
                        }
                    }
                    """),
            new Plant("RWMutex: a reader who lost is no longer awaited before he is in the queue", "RWMutex", """
                    var me = newReader(isAwaited);
                    guard.acquire();
                    try {
                        int left = isAwaited ? awaited - 1 : awaited;
                    """, """
                    var me = newReader(isAwaited);
                    guard.acquire();
                    try {
                        int left = awaited = isAwaited ? awaited - 1 : awaited;
                    """),
            new Plant("WaitGroup: await returns with one task left", "WaitGroup", """
                    if (tasks(seen) == 0) { return null; }
                    """, """
                    if (tasks(seen) <= 1) { return null; }
                    """),
            new Plant("WaitGroup: a waiter is counted before he is in the queue", "WaitGroup", """
                    if (STATE.compareAndSet(this, seen, seen + 1)) { // (3)
                        waiting.add(me);
                    """, """
                    if (STATE.compareAndSet(this, seen, seen + 1)) {
                        lock.release();
                        lock.acquire();
                        waiting.add(me);
                    """),
            new Plant(
                    "WaitGroup: who gives up is still counted (a round that cannot be used again)",
                    "WaitGroup",
                    """
                    Runnable onGiveUp = () -> STATE.getAndAdd(this, -1L); // (4)
                    """,
                    """
                    Runnable onGiveUp = () -> {};
                    """),
            new Plant("WaitGroup: a late release lets go on who waits in the next round", "WaitGroup", """
                    if (tasks(seen) <= 0) { woken = waiting.pollAll(); }
                    """, """
                    woken = waiting.pollAll();
                    """),
            new Plant("Cond: unlocks before it queues up (a lost signal)", "Cond", """
                    guard.acquire();
                    waiting.moveTo(Bubble.current());
                    waiting.add(me); // (1)
                    guard.release();
                    try {
                        locker.unlock();
                    } catch (Throwable e) { // not locked
                        forget(me);
                        throw e;
                    }
                    """, """
                    locker.unlock();
                    guard.acquire();
                    waiting.moveTo(Bubble.current());
                    waiting.add(me);
                    guard.release();
                    """),
            new Plant("Cond: a broadcast wakes one", "Cond", """
                    var woken = waiting.pollAll();
                    """, """
                    var woken = waiting.poll();
                    """),
            new Plant("Cond: await throws without the lock", "Cond", """
                    interrupted |= Thread.interrupted();
                    """, """
                    interrupted |= Thread.interrupted();
                    break;
                    """),
            new Plant("Once: runs twice", "Once", """
                    if (!done) { try {
                    """, """
                    if (action != null) { try {
                    """),
            new Plant("Once: says that it is done when it has begun", "Once", """
                    try { action.run(); } finally { done = true; }
                    """, """
                    done = true;
                    action.run();
                    """),
            new Plant("OnceValue: two compute", "OnceValue", """
                    SOURCE.compareAndSet(this, supplier, new Computation<T>(supplier)); // or another caller did
                    """, """
                    dev.gofer.runtime.Bubble.step("makes a computation");
                    source = new Computation<T>(supplier);
                    """),
            new Plant("Weighted: who gives up leaves those behind him asleep (a lost give-up)", "Weighted", """
                    } catch (Throwable e) { // gave up: those behind may want less
                        serve();
                    """, """
                    } catch (Throwable e) {
                    """),
            new Plant("Weighted: permits that come with the end of the context are lost", "Weighted", """
                    release(n);
                    throw Contexts.ended(ctx);
                    """, """
                    throw Contexts.ended(ctx);
                    """),
            new Plant("Weighted: who comes later takes what somebody waits for", "Weighted", """
                    boolean acquired = n <= size - held && waiting.isEmpty();
                    if (acquired) {
                        held += n;
                        waiting.moveHere(); // who has acquired wakes those who wait
                    """, """
                    boolean acquired = n <= size - held;
                    if (acquired) {
                        held += n;
                        waiting.moveHere();
                    """),
            new Plant("Weighted: queues up without another look (a missed permit)", "Weighted", """
                    var me = new Waiter(n);
                    lock.acquire();
                    boolean acquired = n <= size - held && waiting.isEmpty();
                    """, """
                    var me = new Waiter(n);
                    lock.acquire();
                    boolean acquired = false;
                    """),
            new Plant("Weighted: takes more than there is", "Weighted", """
                    requireCount(n);
                    lock.acquire();
                    boolean acquired = n <= size - held && waiting.isEmpty();
                    """, """
                    requireCount(n);
                    boolean isFree = n <= size - held;
                    lock.acquire();
                    boolean acquired = isFree && waiting.isEmpty();
                    """));
}
