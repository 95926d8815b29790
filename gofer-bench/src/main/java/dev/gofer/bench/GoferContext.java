package dev.gofer.bench;

import static dev.gofer.Go.go;
import static dev.gofer.bench.GoferSide.parallel;

import dev.gofer.Context;
import dev.gofer.WaitGroup;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Go: {@code context/benchmark_test.go}. */
final class GoferContext {
    private GoferContext() {}

    static void addTo(Map<String, Body> bodies) {
        bodies.put("CommonParentCancel", GoferContext::commonParentCancel);
        for (int concurrency : new int[] {40, 4_000, 400_000}) {
            bodies.put("WithTimeout/concurrency=" + concurrency, b -> withTimeout(b, concurrency));
        }
        for (int depth : new int[] {1, 10, 100, 1_000}) {
            var name = "CancelTree/depth=" + depth;
            bodies.put(name + "/Root=Background", b -> treeOfBackground(b, depth));
            bodies.put(name + "/Root=OpenCanceler", b -> treeOfOpen(b, depth));
            bodies.put(name + "/Root=ClosedCanceler", b -> treeOfClosed(b, depth));
        }
        bodies.put("CheckCanceled/Err", GoferContext::checkErr);
        bodies.put("CheckCanceled/Done", GoferContext::checkDone);
        bodies.put("ContextCancelDone", GoferContext::contextCancelDone);
        for (int depth : new int[] {10, 50, 100}) {
            bodies.put("DeepValueNewGoRoutine/depth=" + depth, b -> deepValueNew(b, depth));
            bodies.put("DeepValueSameGoRoutine/depth=" + depth, b -> deepValueSame(b, depth));
        }
        bodies.put("ErrOK", GoferContext::errOk);
        bodies.put("ErrCanceled", GoferContext::errCanceled);
    }

    private static void commonParentCancel(B b) {
        var root = Context.background().withValue("key", "value");
        var shared = root.withCancel();
        var ended = new AtomicLong();
        b.resetTimer();
        parallel(b, pb -> {
            long x = Local.begin();
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    var ctx = shared.withCancel();
                    b.check("value".equals(ctx.value("key")), "another value");
                    x = Local.count(x, 100);
                    ctx.cancel();
                    x = Local.count(x, 100);
                    mine++;
                }
            }
            Local.keep(x);
            ended.addAndGet(mine);
        });
        b.check("ended", b.n, ended.get());
        b.check(shared.err() == null, "the parent ended, too");
        shared.cancel();
    }

    private static void withTimeout(B b, int concurrency) {
        var root = Context.background();
        var hour = Duration.ofHours(1);
        var all = new Context.Cancellable[concurrency];
        for (int i = 0; i < concurrency; i++) {
            all[i] = root.withTimeout(hour);
        }
        b.resetTimer();
        parallel(b, pb -> {
            var mine = new Context.Cancellable[10];
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    for (int i = 0; i < mine.length; i++) {
                        mine[i] = root.withTimeout(hour);
                    }
                    for (var ctx : mine) {
                        ctx.cancel();
                    }
                }
            }
            b.check(mine[0] == null || mine[0].err() != null, "not ended");
        });
        for (var ctx : all) {
            b.check(ctx.err() == null, "ended by others");
            ctx.cancel();
        }
    }

    /** A chain of contexts; returns the last. */
    private static Context tree(Context root, int depth) {
        var ctx = root;
        for (int d = 0; d < depth; d++) {
            ctx = ctx.withCancel();
        }
        return ctx;
    }

    private static void treeOfBackground(B b, int depth) {
        Context last = null;
        for (int i = 0; i < b.n; i++) {
            last = tree(Context.background(), depth);
        }
        b.check(last == null || last.err() == null, "ended");
        Local.keep(last);
    }

    private static void treeOfOpen(B b, int depth) {
        Context last = null;
        for (int i = 0; i < b.n; i++) {
            var ctx = Context.background().withCancel();
            last = tree(ctx, depth);
            ctx.cancel();
        }
        b.check(last == null || last.err() != null, "not ended");
        Local.keep(last);
    }

    private static void treeOfClosed(B b, int depth) {
        Context last = null;
        for (int i = 0; i < b.n; i++) {
            var ctx = Context.background().withCancel();
            ctx.cancel();
            last = tree(ctx, depth);
        }
        b.check(last == null || last.err() != null, "not ended");
        Local.keep(last);
    }

    private static void checkErr(B b) {
        var ctx = Context.background().withCancel();
        ctx.cancel();
        long ended = 0;
        for (int i = 0; i < b.n; i++) {
            ended += ctx.err() == null ? 0 : 1;
        }
        b.check("ended", b.n, ended);
    }

    private static void checkDone(B b) {
        var ctx = Context.background().withCancel();
        ctx.cancel();
        long ended = 0;
        for (int i = 0; i < b.n; i++) {
            ended += ctx.done().isClosed() ? 1 : 0;
        }
        b.check("ended", b.n, ended);
    }

    private static void contextCancelDone(B b) {
        var ctx = Context.background().withCancel();
        var ended = new AtomicLong();
        parallel(b, pb -> {
            long mine = 0;
            for (int some = pb.take(); some > 0; some = pb.take()) {
                for (int turn = 0; turn < some; turn++) {
                    mine += ctx.done().isClosed() ? 1 : 0;
                }
            }
            ended.addAndGet(mine);
        });
        b.check("ended", 0, ended.get());
        ctx.cancel();
    }

    private static Context values(int depth) {
        var ctx = Context.background();
        for (int i = 0; i < depth; i++) {
            ctx = ctx.withValue(i, i);
        }
        return ctx;
    }

    private static void deepValueNew(B b, int depth) {
        var ctx = values(depth);
        var found = new long[1];
        for (int i = 0; i < b.n; i++) {
            var wg = new WaitGroup();
            wg.add(1);
            go(() -> {
                found[0] += ctx.value(-1) == null ? 0 : 1;
                wg.done();
            });
            wg.await();
        }
        b.check("found", 0, found[0]);
    }

    private static void deepValueSame(B b, int depth) {
        var ctx = values(depth);
        long found = 0;
        for (int i = 0; i < b.n; i++) {
            found += ctx.value(-1) == null ? 0 : 1;
        }
        b.check("found", 0, found);
    }

    private static void errOk(B b) {
        var ctx = Context.background().withCancel();
        int n = b.n; // read once, as by Kotlin's loop: behind a volatile read the compiler would read it anew each time
        for (int i = 0; i < n; i++) {
            b.check(ctx.err() == null, "ended");
        }
        ctx.cancel();
    }

    private static void errCanceled(B b) {
        var ctx = Context.background().withCancel();
        ctx.cancel();
        int n = b.n; // as above
        for (int i = 0; i < n; i++) {
            b.check(ctx.err() != null, "not ended");
        }
    }
}
