package io.karmadb.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

/** Hands log lines to the writer of their level. */
final class JsonAppender extends AppenderBase<ILoggingEvent> {
    private final LineWriter out;
    private final LineWriter err;

    JsonAppender(LineWriter out, LineWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    protected void append(ILoggingEvent event) {
        byte[] line = JsonLogLine.encode(event);
        (event.getLevel().isGreaterOrEqual(Level.WARN) ? err : out).offer(line);
    }
}
