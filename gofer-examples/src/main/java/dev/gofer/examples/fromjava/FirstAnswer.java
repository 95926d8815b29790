package dev.gofer.examples.fromjava;

import static dev.gofer.Go.go;
import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.select;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.anyOf;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.gofer.Chan;
import dev.gofer.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Several mirrors are asked at once; the first answer counts, and nobody waits longer than ten seconds. */
final class FirstAnswer {
    // @start region=before
    static String byFutures(List<Supplier<String>> mirrors) {
        var answers = mirrors.stream()
                .map(mirror -> supplyAsync(mirror, Thread::startVirtualThread))
                .toArray(CompletableFuture<?>[]::new);
        return (String) anyOf(answers).orTimeout(10, SECONDS).join(); // the others go on
    }
    // @end

    // @start region=after
    static String byChannel(List<Supplier<String>> mirrors) throws TimeoutException {
        try (var ctx = Context.background().withTimeout(Duration.ofSeconds(10))) { // its end interrupts the others
            var answers = new Chan<String>();
            for (var mirror : mirrors) {
                go(ctx, () -> answers.send(mirror.get()));
            }
            var answer = onReceive(answers);
            return switch (select(answer, onDone(ctx))) {
                case 0 -> requireNonNull(answer.value());
                default -> throw new TimeoutException("no mirror has answered");
            };
        }
    }
    // @end

    private FirstAnswer() {}
}
