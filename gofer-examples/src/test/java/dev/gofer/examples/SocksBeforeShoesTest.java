package dev.gofer.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SocksBeforeShoesTest {
    private static final int ENOUGH_MORNINGS = 100_000; // a few dozen do; nothing but a bug needs them all

    @Test
    void everyAllowedOrderIsSeenAndNoOther() {
        var allowed = allowedOrders();
        var seen = new HashSet<List<String>>();
        var random = new Random(11);
        for (int morning = 0; morning < ENOUGH_MORNINGS && !(seen.equals(allowed) && morning >= 1_000); morning++) {
            var order = SocksBeforeShoes.dress(() -> SocksBeforeShoes.dawdle(random));
            assertTrue(allowed.contains(order), () -> "not allowed: " + order);
            seen.add(order);
        }
        assertEquals(allowed, seen);
    }

    @Test
    void theProgramPrintsTheThreeOrders() throws Exception {
        Program.run(SocksBeforeShoes.class)
                .assertPrinted("gloves, socks, shoes", "socks, gloves, shoes", "socks, shoes, gloves");
    }

    private static Set<List<String>> allowedOrders() {
        var allowed = new HashSet<List<String>>();
        for (var order : permutations(List.of("gloves", "socks", "shoes"))) {
            if (order.indexOf("socks") < order.indexOf("shoes")) {
                allowed.add(order);
            }
        }
        return allowed;
    }

    private static List<List<String>> permutations(List<String> garments) {
        if (garments.isEmpty()) {
            return List.of(List.of());
        }
        var all = new ArrayList<List<String>>();
        for (var first : garments) {
            var rest = new ArrayList<>(garments);
            rest.remove(first);
            for (var tail : permutations(rest)) {
                var order = new ArrayList<String>();
                order.add(first);
                order.addAll(tail);
                all.add(order);
            }
        }
        return all;
    }
}
