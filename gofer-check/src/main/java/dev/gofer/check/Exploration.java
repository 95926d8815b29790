package dev.gofer.check;

import dev.gofer.Task;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A small program over the library's primitives that checks an invariant of theirs, whatever the schedule. That nobody waits for ever is part of each.
 *
 * @param name of the class and the method that it is, as {@code Chan.eachValueOnce}
 * @param task runs it once; the same each time when the same choices are made
 */
record Exploration(String name, Task task) {
    private static final List<Class<?>> HOMES = List.of(
            ChanExplorations.class,
            SelectExplorations.class,
            TimerExplorations.class,
            MutexExplorations.class,
            RWMutexExplorations.class,
            WaitGroupExplorations.class,
            CondExplorations.class,
            OnceExplorations.class,
            WeightedExplorations.class,
            GroupExplorations.class,
            ContextExplorations.class,
            PipeExplorations.class,
            ExecutorExplorations.class);

    /** All there are: the static methods without parameters of the classes above, in the order of their names. */
    static List<Exploration> all() {
        return HOMES.stream()
                .flatMap(home -> Arrays.stream(home.getDeclaredMethods()))
                .filter(Exploration::isOne)
                .map(Exploration::of)
                .sorted(Comparator.comparing(Exploration::name))
                .toList();
    }

    /** Those whose name {@code regex} finds. */
    static List<Exploration> matching(String regex) {
        var pattern = java.util.regex.Pattern.compile(regex);
        return all().stream()
                .filter(each -> pattern.matcher(each.name()).find())
                .toList();
    }

    private static boolean isOne(Method method) {
        return Modifier.isStatic(method.getModifiers())
                && !Modifier.isPrivate(method.getModifiers())
                && !method.isSynthetic()
                && method.getParameterCount() == 0;
    }

    private static Exploration of(Method method) {
        method.setAccessible(true);
        var home = method.getDeclaringClass().getSimpleName().replace("Explorations", "");
        return new Exploration(home + "." + method.getName(), () -> call(method));
    }

    private static void call(Method method) throws Exception {
        try {
            method.invoke(null);
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case Exception exception -> throw exception;
                case Error error -> throw error;
                case null, default -> throw e;
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
