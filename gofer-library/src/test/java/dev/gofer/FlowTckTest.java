package dev.gofer;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;

/** The tests that the authors of Reactive Streams wrote for its rules: what JUnit sees are those that apply. */
class FlowTckTest {
    private static final long MOST_PATIENT = 20_000; // milliseconds until what must come is missed
    private static final long SILENCE =
            5; // milliseconds without a signal prove that none comes: too short only misses a breach

    private static TestEnvironment environment() {
        return new TestEnvironment(MOST_PATIENT, SILENCE, SILENCE);
    }

    /** A closed channel, or one that never ends. */
    public static final class PublisherRules extends FlowPublisherVerification<Long> {
        private final Context.Cancellable ctx = Context.background().withCancel(); // of one test

        PublisherRules() {
            super(environment());
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            var numbers = new Chan<Long>(8);
            Go.go(ctx, () -> {
                LongStream.range(0, elements).forEach(numbers::send);
                numbers.close();
            });
            return numbers.publisher(ctx);
        }

        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            var ended = Context.background().withCancel();
            ended.cancel();
            return new Chan<Long>().publisher(ended);
        }
    }

    /** A channel that somebody drains. */
    public static final class SubscriberRules extends FlowSubscriberBlackboxVerification<Long> {
        private final Context.Cancellable ctx = Context.background().withCancel(); // of one test

        SubscriberRules() {
            super(environment());
        }

        @Override
        public Flow.Subscriber<Long> createFlowSubscriber() {
            var channel = new Chan<Long>(4);
            Go.go(() -> channel.forEach(value -> {}));
            return channel.subscriber(ctx);
        }

        @Override
        public Long createElement(int element) {
            return (long) element;
        }
    }

    @TestFactory
    Stream<DynamicTest> ofThePublisher() {
        return rules(PublisherRules.class, PublisherRules::new, (rules, method) -> {
            try {
                rules.setUp();
                method.invoke(rules);
            } finally {
                rules.ctx.cancel();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> ofTheSubscriber() {
        return rules(SubscriberRules.class, SubscriberRules::new, (rules, method) -> {
            rules.startPublisherExecutorService();
            try {
                rules.setUp();
                method.invoke(rules);
            } finally {
                rules.ctx.cancel();
                rules.shutdownPublisherExecutorService();
            }
        });
    }

    private interface Invocation<V> {
        void of(V rules, Method method) throws Exception;
    }

    private static <V> Stream<DynamicTest> rules(Class<V> type, Supplier<V> make, Invocation<V> invocation) {
        return Stream.of(type.getMethods())
                .filter(FlowTckTest::applies)
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> dynamicTest(method.getName(), () -> {
                    try {
                        invocation.of(make.get(), method);
                    } catch (InvocationTargetException e) { // a skipped test fails, too
                        throw e.getCause() == null ? e : e.getCause();
                    }
                }));
    }

    private static boolean applies(Method method) {
        var name = method.getName();
        return method.isAnnotationPresent(org.testng.annotations.Test.class)
                && !name.startsWith("untested_") // no test can tell
                && !name.contains("_spec313_") // sleeps for the garbage collector; FlowTest does not
                && !name.startsWith("optional_spec111_multicast"); // our subscribers share the values
    }
}
