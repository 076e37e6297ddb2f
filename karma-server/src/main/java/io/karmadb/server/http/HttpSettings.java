package io.karmadb.server.http;

import java.util.Objects;

/**
 * How the HTTP port listens. Immutable.
 *
 * @param host the address to listen on, as a name or a number
 * @param port 0 to 65535; 0 for any that is free
 * @param token what requests must carry, or null if none is needed
 * @param readOnlyToken what they may carry as well, or null; everything here is reading
 */
public record HttpSettings(String host, int port, String token, String readOnlyToken) {
    /** The address to listen on unless told otherwise. */
    public static final String HOST_DEFAULT = "127.0.0.1";

    /**
     * Checks the values.
     *
     * @param host the address to listen on
     * @param port 0 to 65535
     * @param token not empty, or null if none is needed
     * @param readOnlyToken not empty, or null
     * @throws IllegalArgumentException if one is out of its range
     */
    public HttpSettings {
        Objects.requireNonNull(host, "host");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("out of range: port=" + port);
        }
        if (token != null && token.isEmpty() || readOnlyToken != null && readOnlyToken.isEmpty()) {
            throw new IllegalArgumentException("out of range: token=empty");
        }
    }

    /**
     * Makes settings with one token or none.
     *
     * @param host the address to listen on
     * @param port 0 to 65535
     * @param token what requests must carry, or null if none is needed
     */
    public HttpSettings(String host, int port, String token) {
        this(host, port, token, null);
    }

    /** Says nothing of the tokens. */
    @Override
    public String toString() {
        return "HttpSettings[host=" + host + ", port=" + port + ", token=" + (token == null ? "none" : "set") + "]";
    }
}
