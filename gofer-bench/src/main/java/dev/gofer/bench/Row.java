package dev.gofer.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One benchmark.
 *
 * @param name as Go calls it, without {@code Benchmark}
 * @param goPackage whose tests have Go's side; {@code own} for ours in {@code src/main/go}
 * @param times for a row that runs a fixed number of iterations; 0: for as long as the measurement shall last
 * @param procs the only number of processors it makes sense with; 0: any
 * @param unit of its result
 */
record Row(String name, String goPackage, int times, int procs, String unit) {
    /** Those of a quick run: the ones that tell most. */
    private static final Set<String> QUICK = Set.of(
            "SelectUncontended",
            "ChanUncontended",
            "ChanContended",
            "ChanSync",
            "ChanProdCons0",
            "ChanProdCons10",
            "ChanProdCons100",
            "ChanCreation",
            "CreateGoroutines",
            "CreateGoroutinesSingle",
            "Cond8",
            "Mutex",
            "RWMutexWrite100",
            "WaitGroupActuallyWait",
            "CommonParentCancel",
            "StartStop1000",
            "BytesPerGoroutine");

    static List<Row> all() {
        var rows = new ArrayList<Row>();
        add(
                rows,
                "runtime",
                "MakeChan/Int ChanNonblocking SelectUncontended SelectSyncContended SelectAsyncContended SelectNonblock ChanUncontended"
                        + " ChanContended ChanSync ChanSyncWork ChanProdCons0 ChanProdCons10 ChanProdCons100 ChanProdConsWork0"
                        + " ChanProdConsWork10 ChanProdConsWork100 SelectProdCons ReceiveDataFromClosedChan ChanCreation ChanSem"
                        + " ChanPopular ChanClosed PingPongHog CreateGoroutines CreateGoroutinesParallel CreateGoroutinesCapture"
                        + " CreateGoroutinesSingle");
        add(
                rows,
                "sync",
                "Cond1 Cond2 Cond4 Cond8 Cond16 Cond32 MutexUncontended Mutex MutexSlack MutexWork MutexWorkSlack MutexNoSpin"
                        + " MutexSpin RWMutexUncontended RWMutexWrite100 RWMutexWrite10 RWMutexWorkWrite100 RWMutexWorkWrite10 Once"
                        + " OnceFunc/v=Once OnceFunc/v=Global OnceFunc/v=Local OnceFunc/v=Make OnceValue/v=Once OnceValue/v=Global"
                        + " OnceValue/v=Local OnceValue/v=Make WaitGroupUncontended WaitGroupAddDone WaitGroupAddDoneWork"
                        + " WaitGroupWait WaitGroupWaitWork WaitGroupActuallyWait");
        add(rows, "context", "CommonParentCancel");
        for (int concurrency : new int[] {40, 4_000, 400_000}) {
            add(rows, "context", "WithTimeout/concurrency=" + concurrency);
        }
        for (int depth : new int[] {1, 10, 100, 1_000}) {
            for (var root : List.of("Background", "OpenCanceler", "ClosedCanceler")) {
                add(rows, "context", "CancelTree/depth=" + depth + "/Root=" + root);
            }
        }
        add(
                rows,
                "context",
                "CheckCanceled/Err CheckCanceled/Done ContextCancelDone DeepValueNewGoRoutine/depth=10"
                        + " DeepValueNewGoRoutine/depth=50 DeepValueNewGoRoutine/depth=100 DeepValueSameGoRoutine/depth=10"
                        + " DeepValueSameGoRoutine/depth=50 DeepValueSameGoRoutine/depth=100 ErrOK ErrCanceled");
        add(
                rows,
                "time",
                "AfterFunc1000 After Stop/impl=chan Stop/impl=func SimultaneousAfterFunc1000 StartStop1000 Reset/impl=chan"
                        + " Reset/impl=func Sleep1000 Ticker TickerReset TickerResetNaive AdjustTimers10000");
        rows.add(new Row("BytesPerGoroutine", "own", 100_000, 0, "B"));
        rows.add(new Row("ParkAndRelease", "own", 1_000_000, 0, "ns"));
        return rows;
    }

    private static void add(List<Row> rows, String goPackage, String names) {
        for (var name : names.split(" ", -1)) {
            rows.add(new Row(name, goPackage, 0, name.equals("PingPongHog") ? 1 : 0, "ns"));
        }
    }

    boolean isQuick() {
        return QUICK.contains(name);
    }

    boolean runsWith(int processors) {
        return procs == 0 || procs == processors;
    }
}
