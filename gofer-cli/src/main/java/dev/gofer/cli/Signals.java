package dev.gofer.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** What Java has for signals: {@code sun.misc.Signal}, of the module jdk.unsupported. By reflection, since javac warns of it and cannot be told not to. */
final class Signals {
    private Signals() {}

    /** Lets a signal run something, in a thread of its own, until the result is run. Does nothing where the JVM keeps that signal to itself. */
    static Runnable on(String name, Runnable action) {
        try {
            var type = Class.forName("sun.misc.Signal");
            var handlerType = Class.forName("sun.misc.SignalHandler");
            var handle = type.getMethod("handle", type, handlerType);
            var signal = type.getConstructor(String.class).newInstance(name);
            var handler =
                    Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (p, m, a) -> {
                        if (m.getName().equals("handle")) action.run();
                        return null;
                    });
            var before = handle.invoke(null, signal, handler);
            return () -> {
                try {
                    handle.invoke(null, signal, before);
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError("it worked a moment ago", e);
                }
            };
        } catch (InvocationTargetException e) { // an IllegalArgumentException: -Xrs, or a system without that signal
            return () -> {};
        } catch (ReflectiveOperationException e) { // a Java run-time image without the module
            return () -> {};
        }
    }
}
