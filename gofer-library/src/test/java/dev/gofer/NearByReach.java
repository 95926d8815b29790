package dev.gofer;

import static dev.gofer.Go.go;
import static dev.gofer.NearByThreads.await;
import static dev.gofer.NearByThreads.daemon;

import dev.gofer.Deadlocks.Near;
import dev.gofer.Deadlocks.Trigger;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A platform thread will wake main; it reaches what main sleeps on in an odd way. */
final class NearByReach {
    private static volatile @Nullable Chan<String> field;
    private static volatile @Nullable Runnable toInitialise;
    private static final ThreadLocal<@Nullable Chan<String>> LOCAL = new ThreadLocal<>();
    private static final ScopedValue<Chan<String>> SCOPED = ScopedValue.newInstance();

    private NearByReach() {}

    static List<Near> all() {
        return List.of(
                new Near("through a static field", woken -> {
                    field = woken;
                    return later(() -> Objects.requireNonNull(field).send("woken"));
                }),
                new Near("through a static field that a virtual thread reads", woken -> {
                    field = woken;
                    var latch = new CountDownLatch(1);
                    Thread.startVirtualThread(() -> {
                        await(latch);
                        Objects.requireNonNull(field).send("woken");
                    });
                    return latch::countDown;
                }),
                new Near("through a thread-local variable", woken -> {
                    var handedOver = new LinkedBlockingQueue<Chan<String>>(List.of(woken));
                    return later(
                            () -> LOCAL.set(handedOver.remove()),
                            () -> Objects.requireNonNull(LOCAL.get()).send("woken"));
                }),
                new Near("through a scoped value", woken -> {
                    var latch = new CountDownLatch(1);
                    daemon(() -> ScopedValue.where(SCOPED, woken).run(() -> {
                        await(latch);
                        SCOPED.get().send("woken");
                    }));
                    return latch::countDown;
                }),
                new Near("through a soft reference", woken -> {
                    var soft = new SoftReference<>(woken);
                    return later(() -> Objects.requireNonNull(soft.get()).send("woken"));
                }),
                new Near("through a method handle", woken -> {
                    var send = send(woken);
                    return later(() -> {
                        try {
                            send.invoke((Object) "woken");
                        } catch (Throwable e) {
                            throw new AssertionError(e);
                        }
                    });
                }),
                new Near("through a proxy", woken -> {
                    var proxy = (Runnable) Proxy.newProxyInstance(
                            NearByReach.class.getClassLoader(),
                            new Class<?>[] {Runnable.class},
                            (self, method, arguments) -> {
                                woken.send("woken");
                                return null;
                            });
                    return later(proxy);
                }),
                new Near("through a handler of uncaught exceptions", woken -> {
                    var latch = new CountDownLatch(1);
                    var thread = Thread.ofPlatform()
                            .daemon()
                            .uncaughtExceptionHandler((dying, failure) -> woken.send("woken"))
                            .unstarted(() -> {
                                await(latch);
                                throw new IllegalStateException("on purpose");
                            });
                    thread.start();
                    return latch::countDown;
                }),
                new Near("through another goroutine", woken -> {
                    var relay = new Chan<String>();
                    go(() -> woken.send(Crew.next(relay)));
                    return later(() -> relay.send("woken"));
                }),
                new Near("through ten other goroutines", woken -> {
                    var first = woken;
                    for (int i = 0; i < 10; i++) {
                        var in = new Chan<String>();
                        var out = first;
                        go(() -> out.send(Crew.next(in)));
                        first = in;
                    }
                    var relay = first;
                    return later(() -> relay.send("woken"));
                }),
                new Near("through a class that is being initialised", woken -> {
                    var latch = new CountDownLatch(1);
                    toInitialise = () -> {
                        await(latch);
                        woken.send("woken");
                    };
                    daemon(() -> Slow.touch());
                    return latch::countDown;
                }),
                new Near("through a lambda of a lambda", woken -> {
                    Supplier<Runnable> outer = () -> () -> woken.send("woken");
                    return later(() -> outer.get().run());
                }),
                new Near("through a monitor that it holds", woken -> {
                    var latch = new CountDownLatch(1);
                    daemon(() -> {
                        synchronized (woken) {
                            await(latch);
                            woken.send("woken");
                        }
                    });
                    return latch::countDown;
                }));
    }

    private static MethodHandle send(Chan<String> channel) throws ReflectiveOperationException {
        return MethodHandles.lookup()
                .findVirtual(Chan.class, "send", MethodType.methodType(void.class, Object.class))
                .bindTo(channel);
    }

    /** The same; the thread does {@code first} before it waits. */
    private static Trigger later(Runnable first, Runnable task) {
        var latch = new CountDownLatch(1);
        var ready = new CountDownLatch(1);
        daemon(() -> {
            first.run();
            ready.countDown();
            await(latch);
            task.run();
        });
        await(ready);
        return latch::countDown;
    }

    /** Has a platform thread do {@code task} once the trigger is pulled. */
    private static Trigger later(Runnable task) {
        var latch = new CountDownLatch(1);
        daemon(() -> {
            await(latch);
            task.run();
        });
        return latch::countDown;
    }

    /** Initialised by a thread that waits in the middle of it. */
    private static final class Slow {
        static {
            Objects.requireNonNull(toInitialise).run();
        }

        static void touch() {}
    }
}
