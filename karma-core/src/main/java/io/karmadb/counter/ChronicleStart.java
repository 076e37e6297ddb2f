package io.karmadb.counter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;

/** What must be so when Chronicle Map makes its first map. */
final class ChronicleStart {
    /** The class that Chronicle Map would generate and compile; the build makes it, see GlobalStateClass.java. */
    private static final String STATE_CLASS = "global-state.class.bin";

    private static final String CLEANERS =
            "META-INF/services/net.openhft.chronicle.core.cleaner.spi.ByteBufferCleanerService";

    private ChronicleStart() {}

    /** Makes the first map, and closes it. */
    static void run() {
        defineStateClass();
        new PageMap(0, 256).close();
    }

    /**
     * Gives Chronicle Map the class that it looks for before it would compile one. It is defined rather than put on the
     * class path in Chronicle's package, because two modules with one package cannot be on one module path.
     */
    private static void defineStateClass() {
        try (InputStream in = ChronicleStart.class.getResourceAsStream(STATE_CLASS)) {
            if (in == null) {
                throw new IllegalStateException("Karma's jar is not whole: missing=" + STATE_CLASS);
            }
            Class<?> neighbour = VanillaGlobalMutableState.class;
            if (!isDefined(neighbour.getName() + "$$Native", neighbour.getClassLoader())) {
                MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup()).defineClass(in.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Karma's jar cannot be read", e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Chronicle Map must be on the class path, as Karma is", e);
        }
    }

    /** True after the application has used Chronicle Map itself. */
    private static boolean isDefined(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader) != null;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /**
     * A loader that hides one of Chronicle's two services to free buffers, which would log a warning when Chronicle tries
     * it, on any JVM that we run on.
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
