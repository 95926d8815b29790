package dev.gofer.junit;

import dev.gofer.synctest.ScheduleFailure;
import java.lang.reflect.Method;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/** Runs test methods with many schedules; see {@link Schedules}. */
final class SchedulesExtension implements InvocationInterceptor {
    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) {
        invocation.skip(); // it may be made once only
        explore(method, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) {
        invocation.skip();
        explore(method, context);
    }

    private static void explore(ReflectiveInvocationContext<Method> method, ExtensionContext context) {
        var annotation = annotation(method.getExecutable(), context);
        var target = method.getTarget().orElse(null);
        var arguments = method.getArguments().toArray();
        dev.gofer.Task test = () -> ReflectionSupport.invokeMethod(method.getExecutable(), target, arguments);
        var schedule = System.getProperty("gofer.schedule");
        if (schedule != null) {
            dev.gofer.synctest.Schedules.replay(schedule, test);
            return;
        }
        try {
            dev.gofer.synctest.Schedules.explore(annotation.value(), seed(annotation), test);
        } catch (ScheduleFailure e) {
            if (e.getCause() instanceof TestAbortedException aborted) { // an assumption does not hold
                throw aborted;
            }
            throw new AssertionError(
                    "run this test alone with -Dgofer.schedule=" + e.schedule()
                            + " or, shortened, with -Dgofer.schedule=" + e.shortest() + "\n" + e.getMessage(),
                    e.getCause());
        }
    }

    /** The method's, its class's, or that of a class around it. */
    private static Schedules annotation(Method method, ExtensionContext context) {
        var annotation = AnnotationSupport.findAnnotation(method, Schedules.class)
                .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), Schedules.class));
        for (var outer : context.getEnclosingTestClasses().reversed()) {
            annotation = annotation.or(() -> AnnotationSupport.findAnnotation(outer, Schedules.class));
        }
        return annotation.orElseThrow();
    }

    private static long seed(Schedules annotation) {
        var property = Long.getLong("gofer.seed");
        if (property != null) {
            return property;
        }
        return annotation.seed() == 0 ? ThreadLocalRandom.current().nextLong() : annotation.seed();
    }
}
