package dev.gofer.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test, or each test of a class, in a bubble: see {@link dev.gofer.synctest.Synctest#run}.
 *
 * <p>The test method runs there; constructors, {@code @BeforeEach} and {@code @AfterEach} methods do not. So a channel in a field, which the constructor
 * makes, is not of the bubble: make what the test waits for in the test.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BubbleExtension.class)
public @interface Bubble {}
