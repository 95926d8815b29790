import static dev.gofer.Go.go;
import static dev.gofer.Go.gosched;
import static dev.gofer.Go.sleep;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.GoTimer;
import dev.gofer.Task;
import dev.gofer.WaitGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.TreeMap;

/** Programs that fill the heap, one per name, for scripts/full-heap. Without a name: the names. */
final class FullHeap {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final List<Object> KEPT = new ArrayList<>();

    public static void main(String[] args) {
        var programs = new TreeMap<String, Task>();
        programs.put("parked", () -> {
            var never = new Chan<Integer>();
            while (true) {
                go(never::receive);
            }
        });
        programs.put("parked-then-waiting", () -> {
            var never = new Chan<Integer>();
            for (int i = 0; i < 50_000; i++) {
                go(never::receive);
            }
            sleep(HOUR);
        });
        programs.put("parked-deep-in-calls", () -> {
            var never = new Chan<Integer>();
            while (true) {
                go(() -> receiveDeep(never, 200));
                gosched();
            }
        });
        programs.put("sleeping", () -> {
            while (true) {
                go(() -> sleep(HOUR));
            }
        });
        programs.put("hoarders", () -> {
 inEight(() -> {
            var hoard = new ArrayList<byte[]>();
            while (true) {
                hoard.add(new byte[1_000]);
                if (hoard.size() % 100 == 0) {
                    gosched();
                }
            }
        });
 sleep(HOUR);
 });
        programs.put("hoarders-of-small-things", () -> {
 inEight(() -> {
            Object[] chain = {};
            while (chain != null) {
                chain = new Object[] {chain};
            }
        });
 sleep(HOUR);
 });
        programs.put("hoarders-that-catch", () -> {
 inEight(() -> {
            var hoard = new LinkedList<byte[]>();
            while (true) {
                try {
                    hoard.add(new byte[100]);
                } catch (OutOfMemoryError e) {
                    gosched();
                }
            }
        });
 sleep(HOUR);
 });
        programs.put("queue-without-bound", () -> {
            var in = new Chan<byte[]>();
            go(() -> {
                var queue = new ArrayDeque<byte[]>();
                for (var block : in) {
                    queue.add(block);
                }
            });
            while (true) {
                in.send(new byte[100]);
            }
        });
        programs.put("pipeline-into-a-queue", () -> {
            var in = new Chan<byte[]>();
            var out = new Chan<byte[]>();
            inEight(() -> {
                for (var block : in) {
                    out.send(block);
                }
            });
            go(() -> {
                var queue = new ArrayDeque<byte[]>();
                for (var block : out) {
                    queue.add(block);
                }
            });
            while (true) {
                in.send(new byte[2_000]);
            }
        });
        programs.put("values-in-channels", () -> {
            while (true) {
                var channel = new Chan<byte[]>(100);
                for (int i = 0; i < 100; i++) {
                    channel.send(new byte[50]);
                }
                KEPT.add(channel);
            }
        });
        programs.put("contexts", () -> {
            while (true) {
                KEPT.add(Context.background().withTimeout(HOUR));
            }
        });
        programs.put("timers-that-hoard", () -> {
            for (int i = 0; i < 8; i++) {
                GoTimer.afterFunc(Duration.ofMillis(1), FullHeap::hoard);
            }
            sleep(HOUR);
        });
        programs.put("tasks-of-a-group", () -> {
            var group = new WaitGroup();
            for (int i = 0; i < 8; i++) {
                group.go(FullHeap::hoard);
            }
            group.await();
        });
        programs.put("platform-thread-that-hoards", () -> {
            Thread.ofPlatform().start(FullHeap::hoard);
            sleep(HOUR);
        });
        programs.put("one-huge-array", () -> KEPT.add(new long[100_000_000]));
        programs.put("array-beyond-any-heap", () -> KEPT.add(new byte[Integer.MAX_VALUE]));
        programs.put("classes", () -> {
            while (true) {
                KEPT.add(new Loader().define());
            }
        });
        programs.put("direct-buffers", () -> {
            while (true) {
                KEPT.add(ByteBuffer.allocateDirect(1 << 20));
            }
        });
        if (args.length == 0) {
            System.out.println(String.join("\n", programs.keySet()));
        } else {
            KEPT.add(new byte[32 << 20]); // so that the rest fills soon, also what is slow to make
            Go.main(programs.get(args[0]));
        }
    }

    private static void inEight(Task task) {
        for (int i = 0; i < 8; i++) {
            go(task);
        }
    }

    private static void hoard() {
        var hoard = new ArrayList<byte[]>();
        while (true) {
            hoard.add(new byte[1_000]);
        }
    }

    private static void receiveDeep(Chan<Integer> channel, int calls) {
        if (calls == 0) {
            channel.receive();
        } else {
            receiveDeep(channel, calls - 1);
        }
    }

    private static final class Loader extends ClassLoader {
        private static final byte[] CODE = read();

        Loader() {
            super(null);
        }

        Class<?> define() {
            return defineClass("FullHeap", CODE, 0, CODE.length);
        }

        private static byte[] read() {
            try (var in = FullHeap.class.getResourceAsStream("FullHeap.class")) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
