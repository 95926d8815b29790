package dev.gofer;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** Names the rules of Go's semantics that a test holds Gofer to; {@link RulesTest} lists them and sees that none is left out. */
@Retention(RUNTIME)
@Target({METHOD, TYPE})
public @interface Rule {
    int[] value();
}
