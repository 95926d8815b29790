package dev.gofer;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What goroutines run, and what leaves it. */
final class Bodies {
    private Bodies() {}

    /** {@code task} as the body of a goroutine. */
    static Callable<@Nullable Void> of(Task task) {
        return () -> {
            task.run();
            return null;
        };
    }

    /** {@code e} as if it were unchecked, for a {@code throw} of it. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the cast is the trick
    static <E extends Throwable> E sneaky(Throwable e) throws E {
        throw (E) e;
    }
}
