package dev.gofer.bench

import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.yield

/**
 * Go's benchmarks, with kotlinx.coroutines on its default dispatcher, which has as many threads as there shall be processors.
 *
 * A non-blocking operation is tryReceive and trySend; a group to wait for is a list of jobs, or the scope that started them.
 */
class KotlinSide : Side {
    override fun run(work: Side.Work) = work.run()

    override fun bodies(): Map<String, Body> = buildMap {
        row("MakeChan/Int") { b -> makeChan(b) }
        row("ChanNonblocking") { b -> chanNonblocking(b) }
        row("SelectUncontended") { b -> selectUncontended(b) }
        row("SelectSyncContended") { b -> selectSyncContended(b) }
        row("SelectAsyncContended") { b -> selectAsyncContended(b) }
        row("SelectNonblock") { b -> selectNonblock(b) }
        row("ChanUncontended") { b -> fillAndDrain(b, null) }
        row("ChanContended") { b -> fillAndDrain(b, Channel(C * b.procs())) }
        row("ChanSync") { b -> chanSync(b, 0) }
        row("ChanSyncWork") { b -> chanSync(b, 1_000) }
        row("ChanProdCons0") { b -> chanProdCons(b, 0, 0) }
        row("ChanProdCons10") { b -> chanProdCons(b, 10, 0) }
        row("ChanProdCons100") { b -> chanProdCons(b, 100, 0) }
        row("ChanProdConsWork0") { b -> chanProdCons(b, 0, 100) }
        row("ChanProdConsWork10") { b -> chanProdCons(b, 10, 100) }
        row("ChanProdConsWork100") { b -> chanProdCons(b, 100, 100) }
        row("SelectProdCons") { b -> selectProdCons(b) }
        row("ReceiveDataFromClosedChan") { b -> receiveDataFromClosedChan(b) }
        row("ChanCreation") { b -> sem(b, null) }
        row("ChanSem") { b -> sem(b, Channel(b.procs())) }
        row("ChanPopular") { b -> chanPopular(b) }
        row("ChanClosed") { b -> chanClosed(b) }
        row("PingPongHog") { b -> pingPongHog(b) }
        row("CreateGoroutines") { b -> create(b, 1) }
        row("CreateGoroutinesParallel") { b -> create(b, b.procs()) }
        row("CreateGoroutinesCapture") { b -> createCapture(b) }
        row("CreateGoroutinesSingle") { b -> createSingle(b) }
        row("MutexUncontended") { b -> mutexUncontended(b) }
        row("Mutex") { b -> mutex(b, 1, 0) }
        row("MutexSlack") { b -> mutex(b, 10, 0) }
        row("MutexWork") { b -> mutex(b, 1, 100) }
        row("MutexWorkSlack") { b -> mutex(b, 10, 100) }
        row("MutexNoSpin") { b -> mutexNoSpin(b) }
        row("MutexSpin") { b -> mutexSpin(b) }
        row("OnceValue/v=Global") { b -> onceValueGlobal(b) }
        row("OnceValue/v=Local") { b -> onceValueLocal(b) }
        row("OnceValue/v=Make") { b -> onceValueMake(b) }
        row("WaitGroupActuallyWait") { b -> actuallyWait(b) }
        row("CommonParentCancel") { b -> commonParentCancel(b) }
        for (depth in listOf(1, 10, 100, 1_000)) {
            row("CancelTree/depth=$depth/Root=OpenCanceler") { b -> treeOfOpen(b, depth) }
        }
        row("ErrOK") { b -> errOk(b) }
        row("ErrCanceled") { b -> errCanceled(b) }
        row("Sleep1000") { b -> sleep1000(b) }
        row("BytesPerGoroutine") { b -> bytes(b) }
        row("ParkAndRelease") { b -> parkAndRelease(b) }
    }
}

private const val CALLS_PER_SCHED = 1_000
private const val C = 100
private val onceValue by lazy { 42 }

private fun MutableMap<String, Body>.row(name: String, body: suspend CoroutineScope.(B) -> Unit) {
    put(name) { b -> runBlocking(Dispatchers.Default) { body(b) } }
}

/** Runs [body] in as many coroutines as there are processors, times the parallelism. */
private suspend fun parallel(b: B, body: suspend (B.Pb) -> Unit) {
    coroutineScope {
        repeat(b.workers()) {
            val pb = b.pb()
            launch { body(pb) }
        }
    }
    b.stopTimer()
    b.checkParallel()
}

/** Does [body] for each iteration that this goroutine gets. */
private inline fun B.Pb.each(body: () -> Unit) {
    var portion = take()
    while (portion > 0) {
        repeat(portion) { body() }
        portion = take()
    }
}

private suspend fun CoroutineScope.makeChan(b: B) {
    val made = arrayOfNulls<Channel<Int>>(8)
    for (i in 0 until b.n) {
        made[i and 7] = Channel(8)
    }
    b.stopTimer()
    b.check(made[(b.n - 1) and 7]!!.close(), "closed")
    Local.keep(made)
}

private suspend fun CoroutineScope.chanNonblocking(b: B) {
    val myc = Channel<Int>()
    val received = AtomicLong()
    parallel(b) { pb ->
        var mine = 0L
        pb.each {
            mine += if (myc.tryReceive().isSuccess) 1 else 0
        }
        received.addAndGet(mine)
    }
    b.check("received", 0, received.get())
}

private suspend fun CoroutineScope.selectUncontended(b: B) = parallel(b) { pb ->
    val myc1 = Channel<Int>(1)
    val myc2 = Channel<Int>(1)
    myc1.send(0)
    backAndForth(pb, myc1, myc2)
}

private suspend fun CoroutineScope.selectAsyncContended(b: B) {
    val myc1 = Channel<Int>(b.procs())
    val myc2 = Channel<Int>(b.procs())
    parallel(b) { pb ->
        myc1.send(0)
        backAndForth(pb, myc1, myc2)
    }
}

private suspend fun backAndForth(pb: B.Pb, myc1: Channel<Int>, myc2: Channel<Int>) {
    pb.each {
        val first = select {
            myc1.onReceive { true }
            myc2.onReceive { false }
        }
        if (first) myc2.send(0) else myc1.send(0)
    }
}

private suspend fun CoroutineScope.selectSyncContended(b: B) = coroutineScope {
    val myc1 = Channel<Int>()
    val myc2 = Channel<Int>()
    val myc3 = Channel<Int>()
    val done = Channel<Int>()
    val sent = AtomicLong()
    val scope = this
    val senders = java.util.Collections.synchronizedList(ArrayList<Job>())
    parallel(b) { pb ->
        senders += scope.launch {
            var mine = 0L
            while (select {
                    myc1.onSend(0) { true }
                    myc2.onSend(0) { true }
                    myc3.onSend(0) { true }
                    done.onReceiveCatching { false }
                }) {
                mine++
            }
            sent.addAndGet(mine)
        }
        pb.each {
            select {
                myc1.onReceive { it }
                myc2.onReceive { it }
                myc3.onReceive { it }
            }
        }
    }
    done.close()
    senders.joinAll()
    b.check("sent", b.n.toLong(), sent.get())
}

private suspend fun CoroutineScope.selectNonblock(b: B) {
    val myc1 = Channel<Int>()
    val myc2 = Channel<Int>()
    val myc3 = Channel<Int>(1)
    val myc4 = Channel<Int>(1)
    val went = AtomicLong()
    parallel(b) { pb ->
        var mine = 0L
        pb.each {
            mine += if (myc1.tryReceive().isSuccess) 1 else 0
            mine += if (myc2.trySend(0).isSuccess) 1 else 0
            mine += if (myc3.tryReceive().isSuccess) 1 else 0
            mine += if (myc4.trySend(0).isSuccess) 1 else 0
        }
        went.addAndGet(mine)
    }
    b.check("went ahead", 1, went.get())
}

private suspend fun fillAndDrain(b: B, shared: Channel<Int>?) {
    val sum = AtomicLong()
    parallel(b) { pb ->
        val myc = shared ?: Channel(C)
        var mine = 0L
        pb.each {
            repeat(C) { myc.send(1) }
            repeat(C) { mine += myc.receive() }
        }
        sum.addAndGet(mine)
    }
    b.check("received", C.toLong() * b.n, sum.get())
}

private suspend fun CoroutineScope.chanSync(b: B, work: Int) {
    val procs = 2
    val rounds = b.n / CALLS_PER_SCHED / procs * procs
    val left = AtomicInteger(rounds)
    val c = Channel<Long>(procs)
    val myc = Channel<Int>()
    repeat(procs) {
        launch {
            var received = 0L
            var x = Local.begin()
            while (true) {
                val i = left.decrementAndGet()
                if (i < 0) break
                repeat(CALLS_PER_SCHED) {
                    if (i % 2 == 0) {
                        received += myc.receive()
                        x = Local.count(x, work)
                        myc.send(1)
                        x = Local.count(x, work)
                    } else {
                        myc.send(1)
                        x = Local.count(x, work)
                        received += myc.receive()
                        x = Local.count(x, work)
                    }
                }
            }
            Local.keep(x)
            c.send(received)
        }
    }
    var received = 0L
    repeat(procs) { received += c.receive() }
    b.check("received", rounds.toLong() * CALLS_PER_SCHED, received)
}

private suspend fun CoroutineScope.chanProdCons(b: B, room: Int, work: Int) {
    val rounds = b.n / CALLS_PER_SCHED
    val left = AtomicInteger(rounds)
    val c = Channel<Long>(2 * b.procs())
    val myc = Channel<Int>(room)
    repeat(b.procs()) {
        launch {
            var x = Local.begin()
            while (left.decrementAndGet() >= 0) {
                repeat(CALLS_PER_SCHED) {
                    x = Local.count(x, work)
                    myc.send(1)
                }
            }
            myc.send(0)
            Local.keep(x)
            c.send(0)
        }
        launch {
            var received = 0L
            var x = Local.begin()
            while (myc.receive() != 0) {
                received++
                x = Local.count(x, work)
            }
            Local.keep(x)
            c.send(received)
        }
    }
    var received = 0L
    repeat(2 * b.procs()) { received += c.receive() }
    b.check("received", rounds.toLong() * CALLS_PER_SCHED, received)
}

/** The third case is a channel that nobody sends to, in Kotlin's favour: its onTimeout would set a new timer for each select. */
private suspend fun CoroutineScope.selectProdCons(b: B) {
    val rounds = b.n / CALLS_PER_SCHED
    val left = AtomicInteger(rounds)
    val c = Channel<Long>(2 * b.procs())
    val myc = Channel<Int>(128)
    val myclose = Channel<Boolean>()
    repeat(b.procs()) {
        launch {
            val mytimer = Channel<Boolean>()
            var x = Local.begin()
            while (left.decrementAndGet() >= 0) {
                repeat(CALLS_PER_SCHED) {
                    x = Local.count(x, 100)
                    select {
                        myc.onSend(1) { }
                        mytimer.onReceive { }
                        myclose.onReceive { }
                    }
                }
            }
            myc.send(0)
            Local.keep(x)
            c.send(0)
        }
        launch {
            val mytimer = Channel<Boolean>()
            var received = 0L
            var x = Local.begin()
            while (select {
                    myc.onReceive { it }
                    mytimer.onReceive { 1 }
                    myclose.onReceive { 1 }
                } != 0) {
                received++
                x = Local.count(x, 100)
            }
            Local.keep(x)
            c.send(received)
        }
    }
    var received = 0L
    repeat(2 * b.procs()) { received += c.receive() }
    b.check("received", rounds.toLong() * CALLS_PER_SCHED, received)
}

private suspend fun CoroutineScope.receiveDataFromClosedChan(b: B) {
    val ch = Channel<Boolean>(b.n)
    repeat(b.n) { ch.send(true) }
    ch.close()
    b.resetTimer()
    var received = 0L
    for (each in ch) received++
    b.check("received", b.n.toLong(), received)
}

private suspend fun sem(b: B, shared: Channel<Int>?) {
    val sum = AtomicLong()
    parallel(b) { pb ->
        var mine = 0L
        pb.each {
            val myc = shared ?: Channel(1)
            myc.send(1)
            mine += myc.receive()
        }
        sum.addAndGet(mine)
    }
    b.check("received", b.n.toLong(), sum.get())
}

private suspend fun CoroutineScope.chanPopular(b: B) {
    val n = 1_000
    val c = Channel<Boolean>()
    val received = AtomicLong()
    val jobs = ArrayList<Job>()
    val a = List(n) {
        val d = Channel<Boolean>()
        jobs += launch {
            var mine = 0L
            repeat(b.n) {
                mine += select<Long> {
                    c.onReceive { 0L }
                    d.onReceive { 1L }
                }
            }
            received.addAndGet(mine)
        }
        d
    }
    repeat(b.n) {
        for (d in a) d.send(true)
    }
    jobs.joinAll()
    b.check("received", n.toLong() * b.n, received.get())
}

private suspend fun CoroutineScope.chanClosed(b: B) {
    val c = Channel<Boolean>()
    c.close()
    val open = AtomicLong()
    parallel(b) { pb ->
        var mine = 0L
        pb.each {
            mine += if (c.tryReceive().isClosed) 0 else 1
        }
        open.addAndGet(mine)
    }
    b.check("not closed", 0, open.get())
}

private suspend fun CoroutineScope.pingPongHog(b: B) {
    val stop = Channel<Boolean>()
    val done = Channel<Boolean>()
    launch {
        while (!stop.tryReceive().isClosed) yield()
        done.send(true)
    }
    val ping = Channel<Int>()
    val pong = Channel<Int>()
    launch {
        repeat(b.n) { pong.send(ping.receive() + 1) }
        stop.close()
        done.send(true)
    }
    launch {
        repeat(b.n) { ping.send(pong.receive() + 1) }
        done.send(true)
    }
    b.resetTimer()
    ping.send(0)
    stop.receiveCatching()
    b.stopTimer()
    val last = ping.receive()
    repeat(3) { done.receive() }
    b.check("passed on", 2L * b.n, last.toLong())
}

/** In the scope of all: a coroutine that starts the next one as its child would not end before it. */
private suspend fun CoroutineScope.create(b: B, procs: Int) {
    val c = Channel<Int>()
    val scope = this
    repeat(procs) { launch { chain(scope, b.n / procs, 0, c) } }
    var made = 0L
    repeat(procs) { made += c.receive() }
    b.check("made", b.n.toLong() / procs * procs, made)
}

private suspend fun chain(scope: CoroutineScope, n: Int, made: Int, c: Channel<Int>) {
    if (n == 0) {
        c.send(made)
        return
    }
    scope.launch { chain(scope, n - 1, made + 1, c) }
}

private suspend fun CoroutineScope.createCapture(b: B) {
    val n = 4
    val bad = AtomicInteger()
    repeat(b.n) {
        coroutineScope {
            for (j in 0 until n) {
                launch { if (j >= n) bad.incrementAndGet() }
            }
        }
    }
    b.check("bad", 0, bad.get().toLong())
}

private suspend fun CoroutineScope.createSingle(b: B) {
    coroutineScope {
        repeat(b.n) { launch { } }
    }
}

private suspend fun CoroutineScope.mutexUncontended(b: B) = parallel(b) { pb ->
    val mu = Mutex()
    pb.each {
        mu.lock()
        mu.unlock()
    }
    b.check(mu.tryLock(), "still locked")
}

private suspend fun mutex(b: B, parallelism: Int, work: Int) {
    val mu = Mutex()
    b.setParallelism(parallelism)
    parallel(b) { pb ->
        var x = Local.begin()
        pb.each {
            mu.lock()
            mu.unlock()
            x = Local.count(x, work)
        }
        Local.keep(x)
    }
    b.check(mu.tryLock(), "still locked")
}

private class Accounts(var acc0: Long = 0, var acc1: Long = 0)

private suspend fun CoroutineScope.mutexNoSpin(b: B) {
    val m = Mutex()
    val accounts = Accounts() // guarded by m
    val moves = AtomicLong()
    val scope = this
    b.setParallelism(4)
    parallel(b) { pb ->
        val c = Channel<Boolean>()
        val data = LongArray(4 shl 10)
        var mine = 0L
        var i = 0
        pb.each {
            if (i++ % 4 == 0) {
                m.lock()
                accounts.acc0 -= 100
                accounts.acc1 += 100
                m.unlock()
                mine++
            } else {
                Local.touch(data)
                scope.launch { c.send(true) }
                c.receive()
            }
        }
        Local.keep(data)
        moves.addAndGet(mine)
    }
    b.check("moved", 100 * moves.get(), accounts.acc1)
}

private suspend fun CoroutineScope.mutexSpin(b: B) {
    val m = Mutex()
    val accounts = Accounts() // guarded by m
    parallel(b) { pb ->
        val data = LongArray(16 shl 10)
        pb.each {
            m.lock()
            accounts.acc0 -= 100
            accounts.acc1 += 100
            m.unlock()
            Local.touch(data)
        }
        Local.keep(data)
    }
    b.check("moved", 100L * b.n, accounts.acc1)
}

private suspend fun CoroutineScope.onceValueGlobal(b: B) {
    for (i in 0 until b.n) {
        b.check(onceValue == 42, "another value")
    }
}

private suspend fun CoroutineScope.onceValueLocal(b: B) {
    val local = lazy { 42 }
    for (i in 0 until b.n) {
        b.check(local.value == 42, "another value")
    }
}

private suspend fun CoroutineScope.onceValueMake(b: B) {
    val made = arrayOfNulls<Lazy<Int>>(8)
    for (i in 0 until b.n) {
        made[i and 7] = lazy { 42 }
    }
    b.stopTimer()
    b.check(made[(b.n - 1) and 7]!!.value == 42, "another value")
    Local.keep(made)
}

private suspend fun CoroutineScope.actuallyWait(b: B) {
    val sum = AtomicLong()
    val scope = this
    parallel(b) { pb ->
        var mine = 0L
        pb.each {
            var ran = 0
            scope.launch { ran = 1 }.join()
            mine += ran
        }
        sum.addAndGet(mine)
    }
    b.check("ran", b.n.toLong(), sum.get())
}

/** Kotlin's context for this is the job; it has no values of the user's, so there is nothing to look up. */
private suspend fun CoroutineScope.commonParentCancel(b: B) {
    val shared = Job()
    val ended = AtomicLong()
    parallel(b) { pb ->
        var x = Local.begin()
        var mine = 0L
        pb.each {
            val job = Job(shared)
            x = Local.count(x, 100)
            job.cancel()
            x = Local.count(x, 100)
            mine++
        }
        Local.keep(x)
        ended.addAndGet(mine)
    }
    b.check("ended", b.n.toLong(), ended.get())
    b.check(shared.isActive, "the parent ended, too")
    shared.cancel()
}

private suspend fun treeOfOpen(b: B, depth: Int) {
    var last: Job? = null
    repeat(b.n) {
        val root = Job()
        var job: Job = root
        repeat(depth) { job = Job(job) }
        root.cancel()
        last = job
    }
    b.check(last == null || last!!.isCancelled, "not ended")
    Local.keep(last)
}

private suspend fun CoroutineScope.errOk(b: B) {
    val job = Job()
    for (i in 0 until b.n) {
        b.check(!job.isCancelled, "ended")
    }
    job.cancel()
}

private suspend fun CoroutineScope.errCanceled(b: B) {
    val job = Job()
    job.cancel()
    for (i in 0 until b.n) {
        b.check(job.isCancelled, "not ended")
    }
}

/** Without the other timers that Go's side has, in Kotlin's favour. */
private suspend fun CoroutineScope.sleep1000(b: B) = parallel(b) { pb ->
    pb.each {
        coroutineScope {
            repeat(1_000) { launch { delay(1.nanoseconds) } }
        }
    }
}

private suspend fun CoroutineScope.bytes(b: B) {
    val stop = Channel<Boolean>()
    val started = AtomicInteger()
    val ended = AtomicInteger()
    val jobs = ArrayList<Job>(b.n)
    val before = Heap.used()
    repeat(b.n) {
        jobs += launch {
            started.incrementAndGet()
            stop.receiveCatching()
            ended.incrementAndGet()
        }
    }
    while (started.get() < b.n) delay(1)
    delay(50)
    b.report((Heap.used() - before).toDouble() / b.n)
    stop.close()
    jobs.joinAll()
    b.check("ended", b.n.toLong(), ended.get().toLong())
}

private suspend fun CoroutineScope.parkAndRelease(b: B) {
    val stop = Channel<Boolean>()
    val started = AtomicInteger()
    val ended = AtomicInteger()
    val all = Job()
    coroutineScope {
        repeat(b.n) {
            launch {
                if (started.incrementAndGet() == b.n) all.complete()
                stop.receiveCatching()
                ended.incrementAndGet()
            }
        }
        all.join()
        stop.close()
    }
    b.check("ended", b.n.toLong(), ended.get().toLong())
}
