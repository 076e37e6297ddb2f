package io.karmadb.counter;

import io.karmadb.HistoryKind;
import io.karmadb.MissingJvmFlagsException;
import java.util.concurrent.FutureTask;

/** What histories outside the heap need of the JVM, and their start. Safe for any number of threads. */
public final class OffHeapSupport {
    private static final Object STARTING = new Object();
    private static volatile boolean started;

    private OffHeapSupport() {}

    /**
     * Checks that the JVM lets Chronicle Map work; loads none of its classes.
     *
     * @throws MissingJvmFlagsException if not; the message says which JVM flags are missing, and the alternative
     */
    public static void require() {
        Module user = OffHeapSupport.class.getModule();
        if (user.isNamed()) {
            throw new MissingJvmFlagsException("history outside the heap works only on the class path: module="
                    + user.getName() + "; put Karma and its libraries on the class path, or use HistoryKind."
                    + HistoryKind.ON_HEAP);
        }
        StringBuilder missing = new StringBuilder();
        for (String opened : new String[] {"java.lang", "java.lang.reflect"}) {
            if (!Object.class.getModule().isOpen(opened, user)) {
                missing.append(" --add-opens java.base/").append(opened).append("=ALL-UNNAMED");
            }
        }
        if (!missing.isEmpty()) {
            throw new MissingJvmFlagsException("history outside the heap needs JVM flags that are missing: add"
                    + missing + " to the java command, or use HistoryKind." + HistoryKind.ON_HEAP);
        }
    }

    /** Says whether {@link #start} has been called, so that it takes no time any more. */
    static boolean isStarted() {
        return started;
    }

    /**
     * Sees to it that Chronicle Map has made its first map on a thread that is fit for it. Takes about half a second the
     * first time.
     *
     * @throws MissingJvmFlagsException as {@link #require} does
     */
    static void start() {
        if (started) {
            return;
        }
        require();
        synchronized (STARTING) {
            if (!started) {
                FutureTask<Void> start = new FutureTask<>(new ChronicleStart());
                Thread thread = new Thread(null, start, "karma-history-start", 0, false);
                thread.setDaemon(true);
                thread.setContextClassLoader(ChronicleStart.contextClassLoader());
                thread.start();
                PlatformThreads.await(start);
                started = true;
            }
        }
    }
}
