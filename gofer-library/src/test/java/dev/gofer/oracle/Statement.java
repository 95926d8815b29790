package dev.gofer.oracle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a {@link Program}. Channels, mutexes and groups are numbers; a goroutine writes down what it observed, in the words
 * of {@link Facts}.
 */
sealed interface Statement {
    record Send(int channel, int value) implements Statement {}

    record Receive(int channel) implements Statement {}

    /** Receives until the channel is closed; runs the body for each value. */
    record Range(int channel, List<Statement> body) implements Statement {}

    record Close(int channel) implements Statement {}

    record Len(int channel) implements Statement {}

    /** Null for {@code otherwise}: there is no default. */
    record Select(List<Arm> arms, @Nullable List<Statement> otherwise) implements Statement {}

    /** A delta of -1 is {@code done}. */
    record Add(int group, int delta) implements Statement {}

    record Wait(int group) implements Statement {}

    record Lock(int mutex) implements Statement {}

    record TryLock(int mutex) implements Statement {}

    record Unlock(int mutex) implements Statement {}

    record Go(int goroutine, List<Statement> body) implements Statement {}

    /** {@code wg.Go(f)}. */
    record GroupGo(int group, int goroutine, List<Statement> body) implements Statement {}

    /** Runs the body; writes down a panic that leaves it, and goes on. */
    record Recover(List<Statement> body) implements Statement {}

    /** Runs the body, then {@code after}, however the body ended. */
    record Deferred(List<Statement> body, List<Statement> after) implements Statement {}

    record Loop(int times, List<Statement> body) implements Statement {}

    record Gosched() implements Statement {}

    record Goexit() implements Statement {}

    record Panic(String text) implements Statement {}

    /** A case of a select; {@code operation} is a {@link Send} or a {@link Receive}. */
    record Arm(Statement operation, List<Statement> body) {}
}
