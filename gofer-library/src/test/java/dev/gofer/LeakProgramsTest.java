package dev.gofer;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.leaks.Bug;
import dev.gofer.leaks.Bugs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every leak that is known is found, and no other. Go: {@code TestGoroutineLeakProfile}. */
class LeakProgramsTest {
    @Test
    void everyKnownLeakIsFoundAndNoOther() throws Exception {
        var found = new HashMap<String, List<String>>();
        var child = Child.run(List.of("-Djdk.trackAllThreads=false"), LeakPrograms.class);
        assertEquals(0, child.exit(), child::toString);
        child.out().lines().filter(line -> line.contains("\t")).forEach(line -> {
            var leaks = line.substring(line.indexOf('\t') + 1);
            found.put(line.substring(0, line.indexOf('\t')), leaks.isEmpty() ? List.of() : List.of(leaks.split("; ")));
        });
        assertAll(Bugs.all().stream().map(bug -> () -> assertRight(bug, found)));
    }

    @Test
    void goKerIsThereAsAWhole() {
        assertEquals(63, Bugs.goker().size()); // with Kubernetes1321, which Go leaves out for a race of its own
        assertEquals(
                Bugs.all().size(), Bugs.all().stream().map(Bug::name).distinct().count());
    }

    /** Those that {@code bug} may leave, and those of the programs before it: a leak that is told late is none the less one. */
    private static List<String> known(Bug bug) {
        int until = 0;
        while (!Bugs.all().get(until).name().equals(bug.name())) {
            until++;
        }
        return Bugs.all().subList(0, until + 1).stream()
                .flatMap(each -> Stream.concat(each.always().stream(), each.sometimes().stream()))
                .toList();
    }

    private static void assertRight(Bug bug, Map<String, List<String>> found) {
        var leaks = found.get(bug.name());
        assertTrue(leaks != null, () -> bug.name() + " did not run: " + found);
        var missing = new TreeSet<>(bug.always());
        missing.removeAll(leaks);
        var unexpected = new TreeSet<>(leaks);
        unexpected.removeAll(known(bug));
        assertEquals("missing [], unexpected []", "missing " + missing + ", unexpected " + unexpected, bug.name());
    }
}
