package dev.gofer.synctest;

import static dev.gofer.Go.go;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gofer.Chan;
import dev.gofer.WaitGroup;
import dev.gofer.runtime.Registry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the JVM is opened. Where not, a goroutine that the system stops may look as if it waited for somebody outside. */
@Timeout(120)
class SchedulesAndTheWorldTest {
    @Test
    void whatGoesOnOutsideChangesNoSchedule() throws InterruptedException {
        var alone = Schedules.explore(100, 7, SchedulesAndTheWorldTest::startSome);
        var end = new Chan<Void>();
        for (int i = 0; i < 200; i++) { // some in each of the lists in which all goroutines are
            go(end::receive);
        }
        var isOver = new AtomicBoolean();
        var looker = new Thread(
                () -> { // keeps others from the lists, most of the time
                    while (!isOver.get()) {
                        Registry.allMatch(goroutine -> {
                            for (int i = 0; i < 10_000; i++) {
                                Thread.onSpinWait();
                            }
                            return true;
                        });
                    }
                });
        looker.start();
        try {
            assertEquals(alone, Schedules.explore(100, 7, SchedulesAndTheWorldTest::startSome));
        } finally {
            isOver.set(true);
            looker.join();
            end.close();
        }
    }

    private static void startSome() {
        var wg = new WaitGroup();
        for (int i = 0; i < 4; i++) {
            wg.go(() -> {});
        }
        wg.await();
    }
}
