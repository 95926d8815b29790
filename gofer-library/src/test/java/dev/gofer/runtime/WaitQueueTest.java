package dev.gofer.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WaitQueueTest {
    private final WaitQueue queue = new WaitQueue();
    private final Waiter a = new Waiter(null);
    private final Waiter b = new Waiter(null);
    private final Waiter c = new Waiter(null);

    @Test
    void theFirstToComeIsTheFirstToGo() {
        queue.add(a);
        queue.add(b);
        queue.addFirst(c);
        assertEquals(3, queue.size());
        assertSame(c, queue.removeFirst());
        assertSame(a, queue.removeFirst());
        assertSame(b, queue.removeFirst());
        assertNull(queue.removeFirst());
        assertTrue(queue.isEmpty());
    }

    @Test
    void aWaiterLeavesFromWhereverItIs() {
        queue.add(a);
        queue.add(b);
        queue.add(c);
        assertTrue(queue.remove(b));
        assertFalse(queue.remove(b));
        assertTrue(queue.remove(c));
        queue.add(b);
        assertSame(a, queue.removeFirst());
        assertSame(b, queue.removeFirst());
        assertTrue(queue.isEmpty());
    }

    @Test
    void aWaiterThatItsWakerHasTakenWithAllOthersIsInNoQueueAnyMore() {
        queue.add(a);
        queue.add(b);
        queue.add(c);
        assertSame(a, queue.pollAll());
        assertFalse(queue.remove(b)); // the waker holds no lock now: its chain must stay as it is
        assertTrue(queue.isEmpty());
        assertSame(b, a.next);
        assertSame(c, b.next);
        assertNull(c.next);
    }

    @Test
    void ofTheWaitsOfOneTicketOneIsTaken() {
        var ticket = new Ticket(null);
        var first = new Waiter(ticket, null);
        var second = new Waiter(ticket, null);
        queue.add(first);
        queue.add(second);
        queue.add(c);
        assertSame(first, queue.poll());
        assertSame(c, queue.poll());
        assertSame(first, ticket.winner());
    }
}
