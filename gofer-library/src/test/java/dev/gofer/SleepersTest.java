package dev.gofer;

import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.select;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SleepersTest {
    /** Both sleep in the same queue, so a look at the channel finds both. */
    @Test
    void aSelectIsASelectAlsoWhereAnotherReceives() {
        var channel = new Chan<Integer>();
        var timer = new GoTimer(Duration.ofHours(1)).channel();
        try (var crew = new Crew()) {
            var members = new ArrayList<Crew.Member>();
            for (int i = 0; i < 20; i++) {
                members.add(crew.go(() -> select(onReceive(channel), onReceive(timer))));
                members.add(crew.go(channel::receive));
                members.add(crew.go(timer::receive));
            }
            members.forEach(Crew.Member::asleep);
            var dump = Go.dump();
            for (int i = 0; i < members.size(); i++) {
                var header = "goroutine " + members.get(i).thread().threadId() + " [";
                int start = dump.indexOf(header) + header.length();
                var words = i % 3 == 0 ? "select]" : "chan receive]";
                assertEquals(words, dump.substring(start, start + words.length()));
            }
        }
    }
}
