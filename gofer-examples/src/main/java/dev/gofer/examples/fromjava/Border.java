package dev.gofer.examples.fromjava;

import static dev.gofer.Go.executor;
import static dev.gofer.Go.future;
import static dev.gofer.Go.go;
import static dev.gofer.Go.results;

import dev.gofer.BytePipe;
import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.ReceiveChan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

/** Where code with goroutines meets code that asks for the JDK's types. */
final class Border {
    // @start region=future
    /** What others call, who know nothing of goroutines. To cancel the future is to interrupt the goroutine. */
    static CompletableFuture<Integer> length(Chan<String> texts) {
        return future(() -> {
            int length = 0;
            for (var text : texts) {
                length += text.length();
            }
            return length;
        });
    }
    // @end

    // @start region=executor
    static List<Integer> asked(List<Callable<Integer>> tasks) throws InterruptedException {
        try (var goroutines = executor()) { // for a library that asks for an ExecutorService
            return goroutines.invokeAll(tasks).stream().map(Future::resultNow).toList();
        }
    }
    // @end

    // @start region=results
    static int sum(Context ctx, Executor pool, List<Callable<Integer>> tasks) throws ExecutionException {
        int sum = 0;
        for (var done : results(ctx, pool, 4, tasks)) { // in the order in which they end; four under way at most
            if (done.state() == Future.State.FAILED) {
                throw new ExecutionException(done.exceptionNow());
            }
            sum += done.resultNow();
        }
        return sum;
    }
    // @end

    // @start region=stream
    static List<String> firstWords(ReceiveChan<String> words, int count) {
        return words.stream().filter(word -> !word.isBlank()).limit(count).toList(); // the others stay in the channel
    }
    // @end

    // @start region=flow
    static int total(Flow.Publisher<Integer> publisher) throws IOException {
        try (var ctx = Context.background().withCancel()) {
            var numbers = new Chan<Integer>(16); // so many are asked for ahead
            publisher.subscribe(numbers.subscriber(ctx));
            int total = 0;
            for (int number : numbers) {
                total += number;
            }
            if (ctx.err() != null) { // the publisher has failed
                throw new IOException(ctx.cause());
            }
            return total;
        }
    }
    // @end

    // @start region=pipe
    static String shout(Context ctx, String text) throws IOException {
        var pipe = new BytePipe();
        go(ctx, () -> {
            try (var out = pipe.out()) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        });
        try (var in = pipe.in()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).toUpperCase(Locale.ROOT);
        }
    }
    // @end

    private Border() {}
}
