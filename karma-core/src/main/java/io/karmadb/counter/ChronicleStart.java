package io.karmadb.counter;

import io.karmadb.logging.Loggers;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.tools.ToolProvider;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.compiler.CompilerUtils;
import org.slf4j.helpers.Reporter;

/**
 * The first map of a process: what must be so when Chronicle Map makes it. The build makes the classes that are defined
 * here, see ChronicleClasses.java. They are defined rather than put on the class path in the packages of others, because
 * two modules with one package cannot be on one module path.
 */
final class ChronicleStart implements Callable<Void> {
    private static final String CLEANERS =
            "META-INF/services/net.openhft.chronicle.core.cleaner.spi.ByteBufferCleanerService";

    /**
     * Properties during the start. The first keeps an advertisement out of the application's log. The second keeps off
     * stderr what SLF4J prints when Chronicle asks for a logger and there is no backend; where there is one, SLF4J may say
     * what it likes about it.
     */
    private static final Map<String, String> SILENCE = Loggers.hasBackend()
            ? Map.of("chronicle.announcer.disable", "true")
            : Map.of("chronicle.announcer.disable", "true", Reporter.SLF4J_INTERNAL_VERBOSITY_KEY, "ERROR");

    /** Makes a map, and closes it. */
    @Override
    public Void call() throws IOException, ReflectiveOperationException {
        defineGlobalState();
        if (ToolProvider.getSystemJavaCompiler() == null) {
            defineNoCompiler();
        }
        List<String> ours = SILENCE.keySet().stream()
                .filter(name -> System.getProperty(name) == null)
                .toList();
        ours.forEach(name -> System.setProperty(name, SILENCE.get(name)));
        try {
            new PageMap(0, 256).close();
        } finally {
            ours.forEach(System::clearProperty);
        }
        return null;
    }

    /** Chronicle Map looks for this class before it would compile one, which takes a second and needs a JDK. */
    private static void defineGlobalState() throws IOException, ReflectiveOperationException {
        Class<?> neighbour = VanillaGlobalMutableState.class;
        if (isAbsent(neighbour.getName() + "$$Native", neighbour.getClassLoader())) {
            MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup())
                    .defineClass(read("global-state.class.bin"));
        }
    }

    /**
     * Chronicle's compiler, though it has nothing to compile, does not start without a Java compiler; where there is
     * none, as in a JRE, it asks a class of the JDK for one by name.
     */
    private static void defineNoCompiler() throws IOException, ReflectiveOperationException {
        String name = "com.sun.tools.javac.api.JavacTool";
        ClassLoader loader = CompilerUtils.class.getClassLoader(); // the name of the class alone does not start it
        if (isAbsent(name, loader)) {
            byte[] code = read("no-compiler.class.bin");
            Method define = ClassLoader.class.getDeclaredMethod(
                    "defineClass", String.class, byte[].class, int.class, int.class);
            define.setAccessible(true); // java.lang is open, as Chronicle needs it
            define.invoke(loader, name, code, 0, code.length);
        }
    }

    private static boolean isAbsent(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader) == null;
        } catch (ClassNotFoundException e) {
            return true;
        }
    }

    private static byte[] read(String file) throws IOException {
        try (InputStream in = ChronicleStart.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("Karma's jar is not whole: missing=" + file);
            }
            return in.readAllBytes();
        }
    }

    /**
     * A loader for the thread that makes the first map. It hides the second of Chronicle's two services to free buffers,
     * which no JVM needs that we run on, and which logs a warning as soon as it is tried.
     */
    static ClassLoader contextClassLoader() {
        return new Cleaners(ChronicleStart.class.getClassLoader());
    }

    private static final class Cleaners extends ClassLoader {
        Cleaners(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            if (name.equals(CLEANERS)) {
                return Collections.enumeration(List.of(ChronicleStart.class.getResource("buffer-cleaners.txt")));
            }
            return super.getResources(name);
        }
    }
}
