import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.ArrayList;
import java.util.Arrays;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the tests that are named, CLASS or CLASS#METHOD, and ends with 0 if all passed, with 1 if one failed, with 2 if there was none. */
final class RunTests {
    public static void main(String[] names) throws ClassNotFoundException {
        var selectors = new ArrayList<DiscoverySelector>();
        for (var name : names) {
            var parts = name.split("#", 2);
            var tests = Class.forName(parts[0], false, RunTests.class.getClassLoader());
            if (parts.length == 1) {
                selectors.add(selectClass(tests));
            } else {
                Arrays.stream(tests.getDeclaredMethods())
                        .filter(method -> method.getName().equals(parts[1]))
                        .forEach(method -> selectors.add(selectMethod(tests, method)));
            }
        }
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(LauncherDiscoveryRequestBuilder.request().selectors(selectors).build(), listener);
        var summary = listener.getSummary();
        for (var failure : summary.getFailures()) {
            System.out.println(failure.getTestIdentifier().getDisplayName() + ": "
                    + String.valueOf(failure.getException()).lines().findFirst().orElse(""));
        }
        System.out.println(summary.getTestsSucceededCount() + " tests passed, " + summary.getTotalFailureCount() + " failed");
        System.exit(summary.getTotalFailureCount() > 0 ? 1 : summary.getTestsSucceededCount() > 0 ? 0 : 2);
    }
}
