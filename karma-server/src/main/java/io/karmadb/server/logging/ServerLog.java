package io.karmadb.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Sets up logging for the whole process. */
public final class ServerLog {
    private static final String OWN = "io.karmadb";
    private static final long FLUSH_MILLIS = 1000;

    private final LineWriter out;
    private final LineWriter err;

    private ServerLog(LineWriter out, LineWriter err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Sends log lines to two streams, warnings and errors to the second. Libraries tell warnings only.
     *
     * @param standardOutput receives information
     * @param standardError receives warnings and errors
     * @param everything false to log errors only
     * @return what to flush at the end
     */
    public static ServerLog start(OutputStream standardOutput, OutputStream standardError, boolean everything) {
        ServerLog log = new ServerLog(new LineWriter("out", standardOutput), new LineWriter("err", standardError));
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        JsonAppender appender = new JsonAppender(log.out, log.err);
        appender.setContext(context);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(everything ? Level.WARN : Level.ERROR);
        root.addAppender(appender);
        context.getLogger(OWN).setLevel(everything ? Level.INFO : Level.ERROR);
        return log;
    }

    /** Waits a moment for lines to be written; gives up on streams that nobody reads. */
    public void flush() {
        try {
            out.flush(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
            err.flush(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
