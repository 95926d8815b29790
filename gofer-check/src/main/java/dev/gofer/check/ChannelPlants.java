package dev.gofer.check;

import java.util.List;

/** Bugs in what channels, {@code select} and timers are made of. */
final class ChannelPlants {
    private ChannelPlants() {}

    static final List<Plant> ALL = List.of(
            new Plant("lost wake-up: the sleeper is woken before the flag says so", "runtime/Waiter", """
                    Bubble.step("wakes somebody"); // who is out of his queue, and cannot know yet
                    """, """
                    Park.unpark(owner);
                    Bubble.step("wakes somebody");
                    if (owner != null) { WOKEN.setRelease(this, true); return; }
                    """),
            new Plant("lost give-up: who was served gives up nevertheless", "runtime/Park", """
                    if (stillOpen) { throw cancelled(); }
                    """, """
                    if (stillOpen || me != null) { throw cancelled(); }
                    """),
            new Plant("a lock that two can take", "runtime/SpinLock", """
                    if ((boolean) HELD.compareAndExchange(this, false, true)) { contend(true); }
                    """, """
                    while (held) { Park.yieldFairly(); }
                    Bubble.step("takes a lock");
                    held = true;
                    """),
            new Plant("Chan: a send lets go of the lock before it queues up", "Chan", """
                    if (receiver == null) { me = new Waiter(value); senders.add(me); }
                    """, """
                    if (receiver == null) {
                        me = new Waiter(value);
                        lock.release();
                        lock.acquire();
                        senders.add(me);
                    }
                    """),
            new Plant("Chan: a receive lets go of the lock before it queues up", "Chan", """
                    me = new Waiter(null); receivers.add(me);
                    """, """
                    me = new Waiter(null);
                    lock.release();
                    lock.acquire();
                    receivers.add(me);
                    """),
            new Plant("Chan: a close forgets all but one of those who wait to send", "Chan", """
                    sending = senders.pollAll();
                    """, """
                    sending = senders.poll();
                    """),
            new Plant("Chan: two closes at once both succeed", "Chan", """
                    lock.acquire();
                    try {
                        if (closed || isNil()) {
                    """, """
                    boolean wasClosed = closed;
                    lock.acquire();
                    try {
                        if (wasClosed || isNil()) {
                    """),
            new Plant("Chan: a send after a close goes into the buffer", "Chan", """
                    requireInside("send on");
                    Waiter me = null;
                    Waiter receiver;
                    lock.acquire();
                    try {
                        receiver = offer(value);
                    """, """
                    requireInside("send on");
                    Waiter me = null;
                    Waiter receiver;
                    boolean wasClosed = closed;
                    lock.acquire();
                    try {
                        if (!wasClosed && count < capacity && receivers.isEmpty()) {
                            put(value);
                            return;
                        }
                        receiver = offer(value);
                    """),
            new Plant(
                    "Chan: tryReceive does not see who waits to send",
                    "Chan",
                    """
                    (capacity > 0 || senders.wasEmpty())
                    """,
                    "(capacity > 0 || senders != null)"),
            new Plant("Chan: drained first, closed then: a value comes in between", "Chan", """
                    return closed && count == 0;
                    """, """
                    boolean isDrained = count == 0;
                    Bubble.step("looks at a Chan");
                    return isDrained && closed;
                    """),
            new Plant("select: two cases fire", "runtime/Ticket", """
                    Bubble.step("claims its turn");
                    return winner == null && WINNER.compareAndSet(this, null, waiter);
                    """, """
                    boolean isOpen = winner == null;
                    Bubble.step("claims its turn");
                    if (isOpen) { winner = waiter; }
                    return isOpen;
                    """),
            new Plant(
                    "select: a value goes to a case whose select another case has won", "runtime/WaitQueue", """
                    if (waiter.claim()) { return waiter; }
                    """, """
                    if (waiter.claim() || waiter.ticket != null) { return waiter; }
                    """),
            new Plant("select: looks, lets go of the locks, and queues up", "Select", """
                    ticket = new Ticket(home());
                    """, """
                    ticket = new Ticket(home());
                    unlockAll();
                    lockAll();
                    """),
            new Plant("select: an interrupt takes the value with it", "Select", """
                    case GIVEN_UP -> ticket.claim(Waiter.NOBODY);
                    """, """
                    case GIVEN_UP -> {
                        ticket.claim(Waiter.NOBODY);
                        throw Park.cancelled();
                    }
                    """),
            new Plant("select: waits that did not win stay in their queues", "Select", """
                    if (hasToSee || waiter.mayBeQueued()) {
                    """, """
                    if (hasToSee) {
                    """),
            new Plant("select: locks are taken in the order of the cases", "Select", """
                    locks[at - 1].compareTo(lock) > 0
                    """, "lock == null"),
            new Plant("selectInOrder: looks at the cases in any order first", "Select", """
                    if (inOrder || cases.length > FEW) {
                    """, """
                    if (cases.length > FEW) {
                    """),
            new Plant("timer: a reset wakes nobody who sleeps until the former time", "TimerChan", """
                    sleepers.forEach(Park::nudge); // (4)
                    """, ""),
            new Plant("timer: the one value goes to all who wait for it", "TimerChan", """
                    var first = isDue() ? receivers.poll() : null;
                    """, """
                    var first = receivers.poll();
                    """),
            new Plant("timer: a stopped timer fires nevertheless (a stale value)", "TimerChan", """
                    lock.acquire();
                    boolean taken = poll(me);
                    if (!taken) {
                    """, """
                    boolean wasDue = isDue();
                    lock.acquire();
                    boolean taken = poll(me) || wasDue;
                    if (taken && me.item == null) { me.item = Time.instant(bubble()); }
                    if (!taken) {
                    """),
            new Plant("ticker: late ticks are made up for", "TimerChan", """
                    period * (1 + late / period)
                    """, "period"),
            new Plant("afterFunc: stop says that it has prevented a task that runs", "runtime/Time", """
                    if (!isOpen.compareAndSet(true, false)) { return false; }
                    """, """
                    if (!isOpen.get()) { return false; }
                    Bubble.step("stops a timer");
                    isOpen.set(false);
                    """),
            new Plant(
                    "afterFunc: stop misses a reset at the same time",
                    "runtime/Time",
                    """
                    if (shot == current.get()) { return false; }
                    """,
                    "if (shot != null) { return false; }"));
}
