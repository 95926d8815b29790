package dev.gofer;

import static dev.gofer.Deadlocks.weakly;
import static dev.gofer.NearByThreads.daemon;

import dev.gofer.Deadlocks.Near;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.Cleaner;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.NotificationEmitter;
import org.jspecify.annotations.Nullable;

/** The JVM itself will wake main: it calls what was registered with it. */
final class NearByTheJvm {
    private static volatile @Nullable Object kept; // until it is to be collected
    private static volatile @Nullable Chan<String> field;

    private NearByTheJvm() {}

    static List<Near> all() {
        return List.of(
                new Near("a signal handler", woken -> {
                    handle("USR2", () -> woken.send("woken"));
                    return () -> raise("USR2");
                }),
                new Near("a signal handler that reads a static field", woken -> {
                    field = woken;
                    handle("USR2", () -> Objects.requireNonNull(field).send("woken"));
                    return () -> raise("USR2");
                }),
                new Near("a shutdown hook", woken -> {
                    var hook = new Thread(() -> woken.send("woken"));
                    Runtime.getRuntime().addShutdownHook(hook);
                    var kept = weakly(hook);
                    return () -> { // without the end of the JVM
                        Runtime.getRuntime().removeShutdownHook(kept.get());
                        kept.get().start();
                    };
                }),
                new Near("a shutdown hook that reads a static field", woken -> {
                    field = woken;
                    var hook = new Thread(() -> Objects.requireNonNull(field).send("woken"));
                    Runtime.getRuntime().addShutdownHook(hook);
                    return () -> {
                        Runtime.getRuntime().removeShutdownHook(hook);
                        hook.start();
                    };
                }),
                new Near("a cleaner", woken -> {
                    kept = new Object();
                    var _ = Cleaner.create().register(kept, () -> woken.send("woken"));
                    return NearByTheJvm::collect;
                }),
                new Near("a goroutine that waits for a reference to be cleared", woken -> {
                    var held = new AtomicReference<@Nullable Object>(new Object());
                    var queue = new ReferenceQueue<Object>();
                    var reference = new PhantomReference<>(held.get(), queue);
                    Go.go(() -> {
                        try {
                            var _ = queue.remove();
                        } finally {
                            Reference.reachabilityFence(reference);
                        }
                        woken.send("woken");
                    });
                    return () -> {
                        held.set(null);
                        System.gc();
                    };
                }),
                new Near("a finalizer", woken -> {
                    kept = new Finalizable(woken);
                    return NearByTheJvm::collect;
                }),
                new Near("a finalizer that reads a static field", woken -> {
                    field = woken;
                    kept = new Finalizable(null);
                    return NearByTheJvm::collect;
                }),
                new Near("a thread that polls a queue of weak references", woken -> {
                    kept = new Object();
                    var queue = new ReferenceQueue<Object>();
                    var reference = new WeakReference<>(kept, queue);
                    daemon(() -> {
                        try {
                            woken.send(queue.remove() == reference ? "woken" : "another reference");
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    });
                    return NearByTheJvm::collect;
                }),
                new Near("a thread that polls a queue of phantom references", woken -> {
                    kept = new Object();
                    var queue = new ReferenceQueue<Object>();
                    var reference = new PhantomReference<>(kept, queue);
                    daemon(() -> {
                        try {
                            woken.send(queue.remove() == reference ? "woken" : "another reference");
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    });
                    return NearByTheJvm::collect;
                }),
                new Near("a listener of the JVM's memory", woken -> {
                    var pool = ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(MemoryPoolMXBean::isCollectionUsageThresholdSupported)
                            .filter(candidate -> candidate.getCollectionUsage().getUsed() > 0
                                    || candidate.getName().contains("Old")
                                    || candidate.getName().contains("Tenured"))
                            .reduce((first, second) -> second)
                            .orElseThrow();
                    var memory = (NotificationEmitter) ManagementFactory.getMemoryMXBean();
                    memory.addNotificationListener((notification, nothing) -> woken.trySend("woken"), null, null);
                    return () -> {
                        pool.setCollectionUsageThreshold(1);
                        System.gc();
                    };
                }));
    }

    /** {@code sun.misc.Signal.handle}; by reflection, since the compiler has a warning for it that nothing silences. */
    private static void handle(String signal, Runnable handler) throws ReflectiveOperationException {
        var type = Class.forName("sun.misc.SignalHandler");
        var proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
            handler.run();
            return null;
        });
        signalClass().getMethod("handle", signalClass(), type).invoke(null, signal(signal), proxy);
    }

    private static void raise(String signal) throws ReflectiveOperationException {
        signalClass().getMethod("raise", signalClass()).invoke(null, signal(signal));
    }

    private static Object signal(String name) throws ReflectiveOperationException {
        return signalClass().getConstructor(String.class).newInstance(name);
    }

    private static Class<?> signalClass() throws ReflectiveOperationException {
        return Class.forName("sun.misc.Signal");
    }

    private static void collect() {
        kept = null;
        System.gc();
    }

    /** Wakes main when it is collected. */
    @SuppressWarnings({"removal", "Finalize"})
    private static final class Finalizable {
        private final @Nullable Chan<String> woken;

        Finalizable(@Nullable Chan<String> woken) {
            this.woken = woken;
        }

        @Override
        protected void finalize() {
            Objects.requireNonNull(woken == null ? field : woken).send("woken");
        }
    }
}
