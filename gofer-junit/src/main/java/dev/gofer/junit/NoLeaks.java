package dev.gofer.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails a test, or each test of a class, that leaves goroutines asleep which nothing can wake any more: see {@link dev.gofer.Go#deadlocked}.
 *
 * <p>Each is proven by the garbage collector, so none is named in error; one that somebody still refers to, in a static field, say, is not named.
 * Looks after each test, which takes a full collection of the heap. A leak counts for the test after which it is seen first.
 *
 * <p>For a whole suite without an annotation: the system properties {@code junit.jupiter.extensions.autodetection.enabled=true} and {@code
 * gofer.noleaks=true}.
 *
 * <p>The JVM must not keep virtual threads itself: it takes {@code -Djdk.trackAllThreads=false} on its command line, or the test fails and says so.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NoLeaksExtension.class)
public @interface NoLeaks {}
