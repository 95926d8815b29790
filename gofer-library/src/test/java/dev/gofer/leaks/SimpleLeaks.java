package dev.gofer.leaks;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;

import dev.gofer.Chan;
import dev.gofer.Cond;
import dev.gofer.Go;
import dev.gofer.Mutex;
import dev.gofer.RWMutex;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.List;

/** One leak for each way to sleep, and some that are none. Go: {@code simple.go} and {@code stresstests.go}. */
final class SimpleLeaks {
    private static final Chan<Integer> GLOBAL = new Chan<>();

    private SimpleLeaks() {}

    static List<Bug> all() {
        return List.of(
                Bug.always("NilRecv", () -> go(SimpleLeaks::nilReceive), leak("nilReceive", "chan receive (nil chan)")),
                Bug.always("NilSend", () -> go(SimpleLeaks::nilSend), leak("nilSend", "chan send (nil chan)")),
                Bug.always(
                        "SelectNoCases",
                        () -> go(SimpleLeaks::selectNoCases),
                        leak("selectNoCases", "select (no cases)")),
                Bug.always("ChanRecv", () -> go(SimpleLeaks::receive), leak("receive", "chan receive")),
                Bug.always("ChanSend", () -> go(SimpleLeaks::send), leak("send", "chan send")),
                Bug.always("Select", () -> go(SimpleLeaks::selectOfTwo), leak("selectOfTwo", "select")),
                Bug.always("WaitGroup", () -> go(SimpleLeaks::waitGroup), leak("waitGroup", "sync.WaitGroup.Wait")),
                new Bug(
                        "MutexStack",
                        () -> go(SimpleLeaks::lockTwice),
                        1_000,
                        List.of(leak("lockTwice", "sync.Mutex.Lock")),
                        List.of()),
                new Bug(
                        "MutexHeap",
                        () -> go(SimpleLeaks::startLockTwice),
                        1_000,
                        List.of(leak("lockTwice", "sync.Mutex.Lock")),
                        List.of()),
                Bug.always(
                        "RWMutexRLock",
                        () -> go(SimpleLeaks::lockThenRlock),
                        leak("lockThenRlock", "sync.RWMutex.RLock")),
                Bug.always(
                        "RWMutexLock",
                        () -> go(SimpleLeaks::writeLockTwice),
                        leak("writeLockTwice", "sync.RWMutex.Lock")),
                Bug.always("Cond", () -> go(SimpleLeaks::condition), leak("condition", "sync.Cond.Wait")),
                Bug.always(
                        "Mixed",
                        () -> go(SimpleLeaks::mixed),
                        leak("mixed", "sync.WaitGroup.Wait"),
                        leak("sendThenDone", "chan send")),
                Bug.always("NoLeakGlobal", () -> go(GLOBAL::receive)),
                Bug.sometimes("SpawnGC", 1, () -> spawn(5), leak("doneThenReceive", "chan receive")),
                Bug.always("DaisyChain", () -> go(() -> chain(1_000, new Chan<>(1)))));
    }

    private static String leak(String method, String reason) {
        return "SimpleLeaks." + method + " [" + reason + "]";
    }

    private static void nilReceive() {
        Chan.nil().receive();
    }

    private static void nilSend() {
        Chan.nil().send(0);
    }

    private static void selectNoCases() {
        select();
    }

    private static void receive() {
        new Chan<Integer>().receive();
    }

    private static void send() {
        new Chan<Integer>().send(0);
    }

    private static void selectOfTwo() {
        select(onSend(new Chan<>(), 0), onReceive(new Chan<>()));
    }

    private static void waitGroup() {
        var group = new WaitGroup();
        group.add(1);
        group.await();
    }

    private static void startLockTwice() {
        go(SimpleLeaks::lockTwice);
    }

    private static void lockTwice() {
        var mutex = new Mutex();
        mutex.lock();
        mutex.lock();
    }

    private static void lockThenRlock() {
        var mutex = new RWMutex();
        mutex.lock();
        mutex.rlock();
    }

    private static void writeLockTwice() {
        var mutex = new RWMutex();
        mutex.lock();
        mutex.lock();
    }

    private static void condition() {
        var mutex = new Mutex();
        mutex.lock();
        new Cond(mutex).await();
    }

    private static void mixed() {
        var channel = new Chan<Integer>();
        var group = new WaitGroup();
        group.add(1);
        go(() -> sendThenDone(channel, group));
        group.await();
        channel.receive();
    }

    private static void sendThenDone(Chan<Integer> channel, WaitGroup group) {
        channel.send(0);
        group.done();
    }

    /** A tree of goroutines; each of its nodes leaks one, and asks who is lost meanwhile. */
    private static void spawn(int depth) {
        if (depth == 0) {
            return;
        }
        var group = new WaitGroup();
        group.add(depth + 1);
        go(() -> doneThenReceive(group));
        for (int i = 0; i < depth; i++) {
            go(() -> {
                group.done();
                spawn(depth - 1);
            });
        }
        group.await();
    }

    private static void doneThenReceive(WaitGroup group) {
        group.done();
        new Chan<Integer>().receive();
    }

    /** Each waits for the next, the last one for an hour: nobody is lost. */
    private static void chain(int length, Chan<Integer> out) {
        if (length == 0) {
            go(() -> {
                Go.sleep(Duration.ofHours(1));
                out.send(0);
            });
            return;
        }
        var next = new Chan<Integer>();
        go(() -> chain(length - 1, next));
        next.receive();
        out.send(0);
    }
}
