package dev.gofer.examples.fromjava;

import static dev.gofer.Go.onDone;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onTimeout;
import static dev.gofer.Go.select;

import dev.gofer.ReceiveChan;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A future that somebody else made is a case of a select. */
final class FutureInSelect {
    // @start region=after
    static String next(CompletableFuture<String> answer, ReceiveChan<String> news) {
        var message = onReceive(news);
        return switch (select(onDone(answer), message, onTimeout(Duration.ofSeconds(10)))) {
            case 0 -> "answer: " + answer.join();
            case 1 -> "news: " + message.value();
            default -> "nothing";
        };
    }
    // @end

    private FutureInSelect() {}
}
