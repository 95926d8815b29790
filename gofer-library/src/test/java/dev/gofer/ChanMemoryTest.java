package dev.gofer;

import static dev.gofer.Crew.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a channel orders in plain memory. */
@Timeout(60)
class ChanMemoryTest {
    @Test
    @Rule(7)
    void whatWasWrittenBeforeASendIsSeenAfterTheReceive() {
        try (var crew = new Crew()) {
            for (int capacity = 0; capacity < 3; capacity++) {
                var channel = new Chan<int[]>(capacity);
                crew.go(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        var box = new int[1]; // plain memory
                        box[0] = i;
                        channel.send(box);
                    }
                });
                for (int i = 0; i < 2_000; i++) {
                    assertEquals(i, next(channel)[0]);
                }
            }
            crew.join();
        }
    }

    @Test
    @Rule(7)
    void aReceiveHappensBeforeTheSendThatItMakesRoomForCompletes() {
        for (int capacity = 1; capacity <= 3; capacity++) {
            try (var crew = new Crew()) {
                var room = new Chan<Integer>(capacity);
                var inside = new AtomicInteger();
                var counts = new int
                        [capacity == 1 ? 1 : 0]; // with one place the channel is a lock: plain memory is safe in it
                int places = capacity;
                for (int i = 0; i < 4; i++) {
                    crew.go(() -> {
                        for (int k = 0; k < 1_000; k++) {
                            room.send(k);
                            assertTrue(inside.incrementAndGet() <= places);
                            if (counts.length == 1) {
                                counts[0]++;
                            }
                            inside.decrementAndGet();
                            assertNotNull(room.receive());
                        }
                    });
                }
                crew.join();
                if (counts.length == 1) {
                    assertEquals(4_000, counts[0]);
                }
            }
        }
    }

    @Test
    @Rule(7)
    void anUnbufferedSendCompletesOnlyAfterTheReceiveBegan() {
        try (var crew = new Crew()) {
            var channel = new Chan<Integer>();
            var box = new int[1]; // plain memory
            for (int i = 1; i <= 1_000; i++) {
                int written = i;
                var receiver = crew.go(() -> {
                    box[0] = written;
                    assertEquals(written, next(channel));
                });
                channel.send(i);
                assertEquals(i, box[0]);
                assertNull(receiver.failure());
            }
        }
    }

    @Test
    @Rule(7)
    void whatWasWrittenBeforeACloseIsSeenAfterTheReceiveThatReturnsNull() {
        try (var crew = new Crew()) {
            for (int i = 1; i <= 500; i++) {
                var channel = new Chan<Integer>();
                var box = new int[1]; // plain memory
                int written = i;
                crew.go(() -> {
                    box[0] = written;
                    channel.close();
                });
                assertNull(channel.receive());
                assertEquals(i, box[0]);
            }
        }
    }
}
