package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When a heap counts as full; the clock and the collector are made up. */
class HeapWatchTest {
    private static final long PAUSE = 250; // milliseconds between two looks

    private final FakeHeap heap = new FakeHeap();
    private final HeapWatch watch = new HeapWatch(heap);
    private long now = 7_000_000_000L;

    @Test
    void isFullWhenABlockCannotBeHadTwiceInARow() {
        heap.hasRoom = false;
        assertFalse(look(0), "a goroutine that failed may yet die and free its memory");
        assertTrue(look(0));
    }

    @Test
    void isNotFullWhenThereIsRoomAgain() {
        for (int i = 0; i < 40; i++) {
            heap.hasRoom = i % 2 == 0;
            assertFalse(look(0));
        }
    }

    @Test
    void isFullWhenForFourSecondsTheCollectorAloneHasRunAndFoundNothing() {
        for (int i = 0; i < 20; i++) {
            assertFalse(look(10));
        }
        heap.full = true;
        int looks = 1;
        while (!look(PAUSE)) {
            looks++;
            assertTrue(looks < 17, "four seconds are over");
        }
        assertTrue(looks >= 14, () -> "95 % of four seconds are not over"); // 16 looks make four seconds
    }

    @Test
    void isNotFullWhileTheCollectorFindsRoom() {
        for (int i = 0; i < 100; i++) {
            assertFalse(look(PAUSE));
        }
    }

    @Test
    void isNotFullWhileTheProgramGetsOn() {
        heap.full = true;
        for (int i = 0; i < 100; i++) {
            assertFalse(look(PAUSE * 9 / 10));
        }
    }

    /** Looks a moment later, of which the collector has taken as many milliseconds. */
    private boolean look(long collecting) {
        now += PAUSE * 1_000_000;
        heap.collecting += collecting;
        return watch.looksFull(now);
    }

    private static final class FakeHeap implements HeapWatch.Heap {
        boolean hasRoom = true;
        boolean full;
        long collecting = 3_000;

        @Override
        public boolean has(int bytes) {
            return hasRoom;
        }

        @Override
        public boolean isFullAfterCollection() {
            return full;
        }

        @Override
        public long collecting() {
            return collecting;
        }
    }
}
