package dev.gofer.conformance;

import static dev.gofer.Crew.next;
import static dev.gofer.Go.onReceive;
import static dev.gofer.Go.onSend;
import static dev.gofer.Go.otherwise;
import static dev.gofer.Go.select;
import static dev.gofer.Go.selectInOrder;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gofer.Case;
import dev.gofer.Chan;
import dev.gofer.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Go: {@code test/chan/select5.go}, which writes a program of every way to put one send or receive; here loops go through them. */
@Timeout(60)
class Select5Test {
    /** What stands beside the one case that is ready, and where: one bit each. */
    private static final List<String> COMPANY = List.of(
            "default before",
            "default after",
            "idle send",
            "idle receive",
            "nil send",
            "nil receive",
            "null channel",
            "off");

    private final Chan<Integer> channel = new Chan<>(1); // so that one goroutine will do
    private final Chan<Integer> idle = new Chan<>();
    private final AtomicInteger order = new AtomicInteger();
    private int number;
    private int forms;

    @Test
    @Rule({3, 11, 13})
    void everyWayToReceive() {
        for (int company = 0; company < 1 << COMPANY.size(); company++) {
            for (int form = 0; form < 3; form++) {
                channel.send(++number);
                var got = new AtomicInteger();
                var item = form == 0 ? onReceive(channel, value -> got.set(number)) : onReceive(channel);
                int index = run(company, () -> item, form == 2);
                if (index >= 0) {
                    assertEquals(number, item.value());
                    assertEquals(form == 0 ? number : 0, got.get());
                    assertEquals(0, channel.len());
                } else {
                    assertEquals(number, next(channel)); // two defaults are no program
                }
            }
        }
        assertEquals(3 << COMPANY.size(), forms);
    }

    @Test
    @Rule({3, 11, 13})
    void everyWayToSend() {
        for (int company = 0; company < 1 << COMPANY.size(); company++) {
            for (int form = 0; form < 3; form++) {
                var sent = new AtomicInteger();
                int value = ++number;
                boolean withBody = form == 0;
                int index = run(
                        company,
                        () -> withBody ? onSend(channel, value, sent::incrementAndGet) : onSend(channel, value),
                        form == 2);
                if (index >= 0) {
                    assertEquals(withBody ? 1 : 0, sent.get());
                    assertEquals(value, next(channel));
                }
            }
        }
        assertEquals(3 << COMPANY.size(), forms);
    }

    @Test
    @Rule(13)
    void nothingReady() {
        for (int company = 1; company < 1 << COMPANY.size(); company++) {
            if ((company & 3) == 1 || (company & 3) == 2) { // one default
                var cases = new ArrayList<Case>();
                int defaultAt = addCompany(cases, company, () -> onReceive(Chan.<Integer>nil()));
                assertEquals(defaultAt, select(cases.toArray(Case[]::new)));
            }
        }
    }

    /** Runs a select of the ready case in its company and sees that it is the one chosen; -1 for what is no select of Go's. */
    private int run(int company, Supplier<Case> ready, boolean inOrder) {
        forms++;
        if ((company & 3) == 3) {
            return -1;
        }
        var cases = new ArrayList<Case>();
        var places = new int[1];
        addCompany(cases, company, () -> {
            places[0] = cases.size();
            return ready.get();
        });
        var array = cases.toArray(Case[]::new);
        int chosen = inOrder ? selectInOrder(array) : select(array);
        assertEquals(places[0], chosen);
        return chosen;
    }

    private int addCompany(List<Case> cases, int company, Supplier<Case> ready) {
        int start = order.get();
        int evaluations = 0;
        int defaultAt = -1;
        for (int bit = 0; bit < COMPANY.size(); bit++) {
            if (bit == 1) { // all but the first default stand after it
                cases.add(ready.get());
            }
            if ((company >> bit & 1) == 1) {
                if (bit < 2) {
                    defaultAt = cases.size();
                }
                cases.add(
                        switch (COMPANY.get(bit)) {
                            case "default before", "default after" -> otherwise();
                            case "idle send" -> onSend(evaluated(idle), evaluated(1));
                            case "idle receive" -> onReceive(evaluated(idle));
                            case "nil send" -> onSend(evaluated(Chan.nil()), evaluated(1));
                            case "nil receive" -> onReceive(evaluated(Chan.<Integer>nil()));
                            case "null channel" -> onReceive(null);
                            default -> onReceive(closed()).when(false);
                        });
                evaluations += bit == 2 || bit == 4 ? 2 : bit == 3 || bit == 5 ? 1 : 0;
            }
        }
        assertEquals(start + evaluations, order.get()); // each channel and each value once, chosen or not
        return defaultAt;
    }

    private <T> T evaluated(T result) {
        order.incrementAndGet();
        return result;
    }

    private static Chan<Integer> closed() {
        var channel = new Chan<Integer>();
        channel.close();
        return channel;
    }
}
