package io.karmadb.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Handlers for the signals of the operating system. The JDK has them in {@code sun.misc} only, in the module
 * {@code jdk.unsupported}; called by reflection, since the compiler warns of that package and cannot be told not to.
 */
final class Signals {
    private Signals() {}

    /**
     * Has a signal run something, on a thread of its own for each time.
     *
     * @param name without "SIG", such as {@code TERM}
     * @param handler what to run
     * @throws UnsupportedOperationException if this JVM or system does not let it be handled
     */
    static void handle(String name, Runnable handler) {
        try {
            Class<?> signalClass = Class.forName("sun.misc.Signal");
            Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerClass}, (self, method, arguments) -> {
                        if ("handle".equals(method.getName())) {
                            handler.run();
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(self);
                            case "equals" -> self == arguments[0];
                            default -> "handler of SIG" + name;
                        };
                    });
            Object signal = signalClass.getConstructor(String.class).newInstance(name);
            signalClass.getMethod("handle", signalClass, handlerClass).invoke(null, signal, proxy);
        } catch (ReflectiveOperationException e) {
            Throwable cause = e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
            throw new UnsupportedOperationException("SIG" + name + " cannot be handled: " + cause, cause);
        }
    }
}
