package io.karmadb.client;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;

/**
 * What a client was built with.
 *
 * @param host the server
 * @param port its port
 * @param token what every request carries, or null
 * @param tls how connections are encrypted, or null for plain ones
 * @param connectTimeout how long it may take to connect, TLS included
 * @param requestTimeout how long a request may take in all
 * @param maintenanceTimeout the same for maintenance commands
 * @param idleTimeout how long a connection is kept without use
 * @param backoff how long to wait before connecting again
 * @param connectAttemptsMax after how many failures in a row what waits is given up; 0: when its time is up
 * @param inFlightMax how many requests may be unanswered
 * @param requestBytesMax the longest request
 * @param answerBytesMax the longest answer that is not streamed
 */
record ClientSettings(
        String host,
        int port,
        String token,
        SslContext tls,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration maintenanceTimeout,
        Duration idleTimeout,
        Backoff backoff,
        int connectAttemptsMax,
        int inFlightMax,
        int requestBytesMax,
        int answerBytesMax) {
    /** Returns the server as messages name it. */
    String server() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Says nothing of the token. */
    @Override
    public String toString() {
        return "server=" + server() + ", token=" + (token == null ? "none" : "set") + ", tls=" + (tls != null)
                + ", requestTimeout=" + requestTimeout + ", inFlightMax=" + inFlightMax;
    }
}
