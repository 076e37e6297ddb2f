package io.karmadb.server.http;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the HTTP port's own requests, by status. Safe for any number of threads. */
final class HttpFigures {
    private final SortedMap<Integer, Long> answers = new TreeMap<>();
    private final AtomicInteger connections = new AtomicInteger();

    synchronized void answered(int status) {
        answers.merge(status, 1L, Long::sum);
    }

    synchronized SortedMap<Integer, Long> answers() {
        return new TreeMap<>(answers);
    }

    /** Counts a connection. Returns how many there are with it. */
    int opened() {
        return connections.incrementAndGet();
    }

    void closed() {
        connections.decrementAndGet();
    }

    int connections() {
        return connections.get();
    }
}
