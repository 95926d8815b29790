import static dev.gofer.Go.go;

import dev.gofer.Chan;
import dev.gofer.Go;
import java.time.Duration;

/** A program with a goroutine that waits, for scripts/dump-from-outside. Says when it does. */
final class Waits {
    public static void main(String[] args) {
        Go.main(() -> {
            var jobs = new Chan<String>(3);
            go(() -> {
                System.out.println("waiting");
                jobs.receive();
            });
            Go.sleep(Duration.ofMinutes(5));
        });
    }
}
