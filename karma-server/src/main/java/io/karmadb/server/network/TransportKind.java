package io.karmadb.server.network;

import java.util.Locale;

/** What the server's event loops wait with. */
public enum TransportKind {
    /** The fastest of the others that works here. */
    AUTO,
    /** Linux 5.9 or newer, where nothing forbids it, as container runtimes commonly do. */
    IO_URING,
    /** Linux. */
    EPOLL,
    /** What Java itself has, everywhere. */
    NIO;

    /**
     * Returns the name that options and log lines have for it.
     *
     * @return in small letters
     */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
