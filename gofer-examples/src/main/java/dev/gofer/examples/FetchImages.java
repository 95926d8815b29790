package dev.gofer.examples;

import dev.gofer.Chan;
import dev.gofer.Context;
import dev.gofer.Go;
import dev.gofer.fetch.Fetch;
import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.FetchOptions;
import dev.gofer.fetch.Outcome;
import dev.gofer.fetch.UrlList;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What {@code gofer fetch} does, from Java: the URLs in the arguments go into images.zip, and each one's outcome comes from a channel. */
public final class FetchImages {
    public static void main(String[] urls) {
        Go.main(() -> {
            // @start region=main
            var options = FetchOptions.to(Path.of("images.zip")).toBuilder()
                    .concurrency(16)
                    .overwrite(true)
                    .build();
            var outcomes = new Chan<Outcome>();
            try (var list = UrlList.typed(List.of(urls));
                    var ctx = Context.background().withTimeout(Duration.ofMinutes(1))) { // its end interrupts the fetch
                var run = Go.future(() -> {
                    try {
                        return Fetch.run(ctx, list, options, FetchEvents.outcomes(outcomes));
                    } finally {
                        outcomes.close();
                    }
                });
                for (Outcome outcome : outcomes) {
                    System.out.println(outcome.line().text() + ": " + told(outcome));
                }
                var summary = run.get();
                System.out.println(options.output() + ": " + summary.entries() + " of " + urls.length);
            }
            // @end
        });
    }

    private static String told(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored stored -> stored.size() + " bytes, as " + stored.name();
            case Outcome.Kept kept -> "fetched by an earlier run, as " + kept.name();
            case Outcome.Duplicate twin -> "the same as line " + twin.first();
            case Outcome.Failed failed -> failed.reason() + " after " + failed.attempts() + " attempts";
        };
    }
}
