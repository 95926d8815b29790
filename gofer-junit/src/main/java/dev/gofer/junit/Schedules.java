package dev.gofer.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test, or each test of a class, many times, each time in a new bubble and with another schedule: see {@link dev.gofer.synctest.Schedules}.
 *
 * <p>All runs have the same instance of the class: what they change belongs into the test method. {@code @BeforeEach} methods run once, before the first.
 *
 * <p>A failure tells the schedule. To run that one alone, run the test with the system property {@code gofer.schedule}, as in {@code mvn test
 * -Dtest=AccountTest#deposits -Dgofer.schedule=random/5f3a}.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SchedulesExtension.class)
public @interface Schedules {
    /** {@return how many schedules} */
    int value() default 1_000;

    /**
     * {@return the seed that they come from} The system property {@code gofer.seed} goes before it. 0 stands for a new one each time, which a failure
     * tells.
     */
    long seed() default 0;
}
