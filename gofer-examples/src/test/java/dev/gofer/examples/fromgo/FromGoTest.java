package dev.gofer.examples.fromgo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gofer.Chan;
import dev.gofer.Context;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The statements of {@code docs/from-go.md}, and that its tables leave out nothing of Go's and nothing of ours. */
class FromGoTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** What Go 1.26 exports for goroutines: of time what has to do with timers, of runtime what has to do with goroutines. */
    private static final String GO = """
            sync.OnceFunc sync.OnceValue sync.OnceValues sync.Cond sync.NewCond Broadcast Signal Wait sync.Locker sync.Map sync.Mutex Lock \
            TryLock Unlock sync.Once Do sync.Pool sync.RWMutex RLock RLocker RUnlock TryRLock sync.WaitGroup Add Done Go \
            context.AfterFunc context.Cause context.WithCancel context.WithCancelCause context.WithDeadline context.WithDeadlineCause \
            context.WithTimeout context.WithTimeoutCause context.CancelCauseFunc context.CancelFunc context.Context context.Background \
            context.TODO context.WithValue context.WithoutCancel context.Canceled context.DeadlineExceeded Deadline Err Value \
            time.After time.Sleep time.Tick time.Ticker time.NewTicker time.Timer time.AfterFunc time.NewTimer Reset Stop \
            runtime.GOMAXPROCS runtime.SetDefaultGOMAXPROCS runtime.Goexit runtime.Gosched runtime.NumGoroutine runtime.LockOSThread \
            runtime.UnlockOSThread runtime.Stack runtime.GoroutineProfile runtime.BlockProfile runtime.MutexProfile runtime.NumCPU \
            runtime.SetFinalizer runtime.AddCleanup runtime.KeepAlive runtime.GC debug.SetTraceback debug.PrintStack debug.SetMaxThreads \
            debug.SetMaxStack debug.SetCrashOutput debug.SetPanicOnFault \
            errgroup.WithContext SetLimit TryGo semaphore.NewWeighted Acquire TryAcquire Release singleflight.Group DoChan Forget \
            syncmap.Map synctest.Test synctest.Wait reflect.Select \
            go chan <- range close len cap select default defer panic recover nil make""";

    @Test
    void theArgumentIsEvaluatedByTheCaller() {
        var calls = new AtomicInteger();
        assertEquals(1, Statements.arguments(new Chan<>(), calls::incrementAndGet));
    }

    @Test
    void theLoopEndsWithTheChannelOrTheContext() {
        var numbers = new Chan<Integer>(3);
        numbers.send(1);
        numbers.send(2);
        numbers.close();
        assertEquals(3, Statements.sum(Context.background(), numbers));
        try (var ctx = Context.background().withCancel()) {
            ctx.cancel(new IOException("enough"));
            var thrown = assertThrows(IllegalStateException.class, () -> Statements.sum(ctx, new Chan<>()));
            assertEquals("enough", thrown.getCause().getMessage());
        }
    }

    @Test
    void aMisuseCanBeRecovered() {
        assertEquals("went well", Statements.recovered(() -> {}));
        var ch = new Chan<Integer>();
        ch.close();
        assertEquals(
                "recovered: send on closed channel: close it only when every sender is done",
                Statements.recovered(() -> ch.send(1)));
    }

    @Test
    void aSelectMayHaveAnyNumberOfCases() {
        var channels = Stream.generate(() -> new Chan<Integer>(1)).limit(100).toList();
        channels.get(42).send(1);
        assertEquals(42, Statements.firstReady(channels));
    }

    @Test
    void thePageNamesAllOfGo() throws IOException {
        var code = code();
        assertEquals(
                List.of(),
                Arrays.stream(GO.split("\\s+"))
                        .filter(name -> !code.contains(name))
                        .toList());
    }

    @Test
    void thePageNamesAllOfGofer() throws IOException {
        var code = code();
        var missing = new ArrayList<String>();
        try (var files = Files.list(Path.of("../gofer-library/src/main/java/dev/gofer"))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\w+[.]java"))
                    .sorted()
                    .forEach(name -> missingOf(name.replace(".java", ""), code, missing));
        }
        assertEquals(List.of(), missing);
    }

    private static void missingOf(String name, List<String> code, List<String> missing) {
        Class<?> type;
        try {
            type = Class.forName("dev.gofer." + name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
        if (!Modifier.isPublic(type.getModifiers())) {
            return;
        }
        if (!code.contains(name)) {
            missing.add(name);
        }
        Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(method -> method.getName())
                .filter(method -> !List.of("toString", "iterator").contains(method) && !code.contains(method))
                .distinct()
                .forEach(method -> missing.add(name + "." + method));
    }

    /** The words of the code in the page's tables, {@code a.b} as a word and as two. */
    private static List<String> code() throws IOException {
        var words = new ArrayList<String>();
        for (var line : Files.readAllLines(Path.of("../docs/from-go.md"))) {
            if (line.startsWith("|")) {
                CODE.matcher(line)
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .forEach(code -> {
                            words.addAll(List.of(code.split("[^\\w.<-]+")));
                            words.addAll(List.of(code.split("\\W+")));
                        });
            }
        }
        return words;
    }
}
