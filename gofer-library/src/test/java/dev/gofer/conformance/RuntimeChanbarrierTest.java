package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.gofer.Chan;
import dev.gofer.Crew;
import dev.gofer.Go;
import dev.gofer.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code src/runtime/chanbarrier_test.go}: what a receiver gets is whole, whatever the collector does meanwhile. */
@Timeout(60)
class RuntimeChanbarrierTest {
    private static final int REQUESTERS = 10;
    private static final int REQUESTS = 1_000;

    @Test
    @Rule(7)
    void testChanSendSelectBarrier() {
        requests(true);
    }

    @Test
    @Rule(7)
    void testChanSendBarrier() {
        requests(false);
    }

    private static final class Response { // mutable, and not safe for publication but through a channel
        Object error = "";
        int number;
        byte[] garbage = new byte[0];
    }

    private static void requests(boolean inSelect) {
        try (var crew = new Crew()) {
            for (int i = 0; i < REQUESTERS; i++) {
                crew.go(() -> {
                    for (int k = 0; k < REQUESTS; k++) {
                        request(k, inSelect);
                    }
                });
            }
            crew.join();
        }
    }

    private static void request(int number, boolean inSelect) {
        var answers = new Chan<Response>();
        var done = new Chan<Void>();
        Go.go(() -> {
            var response = new Response();
            response.error = new IllegalStateException();
            response.number = number;
            response.garbage = new byte[1 << 10];
            if (inSelect) {
                select(onSend(answers, response), onReceive(done));
            } else {
                answers.send(response);
            }
        });
        var response = next(answers);
        Go.gosched();
        assertEquals(number, response.number);
        assertEquals(IllegalStateException.class, response.error.getClass());
        assertNotNull(response.garbage);
        assertEquals(1 << 10, response.garbage.length);
    }
}
