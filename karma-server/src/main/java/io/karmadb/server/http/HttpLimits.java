package io.karmadb.server.http;

import java.time.Duration;

/**
 * What the HTTP port allows a client. Immutable.
 *
 * @param connectionsMax how many connections are open at once; more are closed at once
 * @param lineBytesMax the longest request line
 * @param headerBytesMax the most bytes of headers
 * @param requestTimeout how long a request may take to arrive
 * @param idleTimeout how long a connection may be kept open between requests
 * @param writeTimeout how long a client may take to accept an answer
 */
record HttpLimits(
        int connectionsMax,
        int lineBytesMax,
        int headerBytesMax,
        Duration requestTimeout,
        Duration idleTimeout,
        Duration writeTimeout) {
    /** A scraper comes back within a minute, and may keep its connection. */
    static final HttpLimits DEFAULT = new HttpLimits(
            64, 16 * 1024, 16 * 1024, Duration.ofSeconds(5), Duration.ofSeconds(75), Duration.ofSeconds(15));
}
