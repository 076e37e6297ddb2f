package io.karmadb.logging;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * SLF4J loggers, of the application's backend if it has one. Where there is none, SLF4J prints three lines about that to
 * stderr when the first logger is asked for; an application that has no use for log lines has none for these either. So
 * it is not asked then, and the lines are dropped in silence. An application that uses SLF4J itself is told by SLF4J as
 * ever.
 */
public final class Loggers {
    private static final boolean BACKEND = findsBackend();

    private Loggers() {}

    /**
     * Returns the logger of a class.
     *
     * @param owner whose lines it takes
     * @return a logger
     */
    public static Logger of(Class<?> owner) {
        return BACKEND ? LoggerFactory.getLogger(owner) : NOPLogger.NOP_LOGGER;
    }

    /**
     * Says whether log lines go anywhere.
     *
     * @return whether there is a backend
     */
    public static boolean hasBackend() {
        return BACKEND;
    }

    /** Looks where SLF4J looks, and makes nothing: what is wrong with a backend is left for SLF4J to say. */
    private static boolean findsBackend() {
        if (System.getProperty(LoggerFactory.PROVIDER_PROPERTY_KEY) != null) {
            return true;
        }
        try {
            return ServiceLoader.load(SLF4JServiceProvider.class, LoggerFactory.class.getClassLoader()).stream()
                    .findAny()
                    .isPresent();
        } catch (ServiceConfigurationError e) {
            return true; // there is one, and SLF4J says what ails it
        }
    }
}
