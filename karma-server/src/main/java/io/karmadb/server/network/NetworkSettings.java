package io.karmadb.server.network;

import java.time.Duration;
import java.util.Objects;

/**
 * How the server listens and what it allows a connection. Immutable.
 *
 * @param host the address to listen on, as a name or a number
 * @param port 0 to 65535; 0 for any that is free
 * @param noDelay whether answers are sent without waiting for more to send along (TCP_NODELAY)
 * @param requestBytesMax the longest request line, without its line end
 * @param readTimeout how long a connection may be silent; a whole request may take four times that. Zero: for ever
 * @param writeTimeout how long a client may take to accept answers, each 64 KiB of them. Zero: for ever
 * @param token what every request must carry, or null if none is needed
 * @param connectionsMax how many connections are served at once; more wait to be accepted
 * @param readOnlyToken what requests that only read may carry instead of the token, or null if there is none such
 * @param tls certificates and keys, or null to speak plain TCP
 * @param transport what the event loops wait with
 */
public record NetworkSettings(
        String host,
        int port,
        boolean noDelay,
        int requestBytesMax,
        Duration readTimeout,
        Duration writeTimeout,
        String token,
        int connectionsMax,
        String readOnlyToken,
        TlsSettings tls,
        TransportKind transport) {
    /** The longest request line unless told otherwise. */
    public static final int REQUEST_BYTES_MAX_DEFAULT = 4096;

    /** How long reading and writing may take unless told otherwise. */
    public static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(5);

    /** How many connections are served at once unless told otherwise. */
    public static final int CONNECTIONS_MAX_DEFAULT = 10_000;

    /** The defaults, on a free port of the loopback address. */
    public static final NetworkSettings LOOPBACK = new NetworkSettings(
            "127.0.0.1",
            0,
            true,
            REQUEST_BYTES_MAX_DEFAULT,
            TIMEOUT_DEFAULT,
            TIMEOUT_DEFAULT,
            null,
            CONNECTIONS_MAX_DEFAULT);

    /**
     * Checks the values.
     *
     * @param host the address to listen on, as a name or a number
     * @param port 0 to 65535
     * @param noDelay whether answers are sent without waiting for more to send along
     * @param requestBytesMax 1 or more
     * @param readTimeout not negative; zero: for ever
     * @param writeTimeout not negative; zero: for ever
     * @param token not empty, or null if none is needed
     * @param connectionsMax 1 or more
     * @param readOnlyToken not empty, or null; only with a token, and another one
     * @param tls certificates and keys, or null
     * @param transport what the event loops wait with
     * @throws IllegalArgumentException if one is out of its range
     */
    public NetworkSettings {
        Objects.requireNonNull(host, "host");
        require(port >= 0 && port <= 65_535, "port", port);
        require(requestBytesMax >= 1, "requestBytesMax", requestBytesMax);
        require(!readTimeout.isNegative(), "readTimeout", readTimeout);
        require(!writeTimeout.isNegative(), "writeTimeout", writeTimeout);
        require(token == null || !token.isEmpty(), "token", "empty");
        require(connectionsMax >= 1, "connectionsMax", connectionsMax);
        require(
                readOnlyToken == null || !readOnlyToken.isEmpty() && token != null && !token.equals(readOnlyToken),
                "readOnlyToken",
                "empty, without a token, or the same");
        Objects.requireNonNull(transport, "transport");
    }

    /**
     * Makes settings without a read-only token and without TLS, with the best transport there is.
     *
     * @param host the address to listen on, as a name or a number
     * @param port 0 to 65535
     * @param noDelay whether answers are sent without waiting for more to send along
     * @param requestBytesMax 1 or more
     * @param readTimeout not negative; zero: for ever
     * @param writeTimeout not negative; zero: for ever
     * @param token not empty, or null if none is needed
     * @param connectionsMax 1 or more
     * @throws IllegalArgumentException if one is out of its range
     */
    public NetworkSettings(
            String host,
            int port,
            boolean noDelay,
            int requestBytesMax,
            Duration readTimeout,
            Duration writeTimeout,
            String token,
            int connectionsMax) {
        this(
                host,
                port,
                noDelay,
                requestBytesMax,
                readTimeout,
                writeTimeout,
                token,
                connectionsMax,
                null,
                null,
                TransportKind.AUTO);
    }

    /**
     * Returns these settings with another read-only token.
     *
     * @param value not empty, or null for none
     * @return new settings
     * @throws IllegalArgumentException if there is no token besides, or it is the same
     */
    public NetworkSettings withReadOnlyToken(String value) {
        return with(value, tls, transport);
    }

    /**
     * Returns these settings with TLS, or without.
     *
     * @param value certificates and keys, or null for plain TCP
     * @return new settings
     */
    public NetworkSettings withTls(TlsSettings value) {
        return with(readOnlyToken, value, transport);
    }

    /**
     * Returns these settings with another transport.
     *
     * @param value what the event loops wait with
     * @return new settings
     */
    public NetworkSettings withTransport(TransportKind value) {
        return with(readOnlyToken, tls, value);
    }

    private NetworkSettings with(String otherReadOnlyToken, TlsSettings otherTls, TransportKind otherTransport) {
        return new NetworkSettings(
                host,
                port,
                noDelay,
                requestBytesMax,
                readTimeout,
                writeTimeout,
                token,
                connectionsMax,
                otherReadOnlyToken,
                otherTls,
                otherTransport);
    }

    private static void require(boolean fine, String name, Object value) {
        if (!fine) {
            throw new IllegalArgumentException("out of range: " + name + "=" + value);
        }
    }

    /** Says nothing of the tokens. */
    @Override
    public String toString() {
        return "NetworkSettings[host=" + host + ", port=" + port + ", noDelay=" + noDelay + ", requestBytesMax="
                + requestBytesMax + ", readTimeout=" + readTimeout + ", writeTimeout=" + writeTimeout + ", token="
                + (token == null ? "none" : "set") + ", connectionsMax=" + connectionsMax + ", readOnlyToken="
                + (readOnlyToken == null ? "none" : "set") + ", tls=" + tls + ", transport=" + transport + "]";
    }
}
