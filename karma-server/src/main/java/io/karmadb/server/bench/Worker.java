package io.karmadb.server.bench;

import java.io.IOException;

/** One thread of a load, with its share of the connections, of the requests and of the rate. */
interface Worker extends Runnable, AutoCloseable {
    /** Returns what it has seen. */
    Tally tally();

    /** Says when to begin; before the thread starts. */
    void schedule(long startNanos);

    @Override
    void close() throws IOException;
}
