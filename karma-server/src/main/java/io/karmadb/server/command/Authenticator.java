package io.karmadb.server.command;

import io.karmadb.server.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Compares tokens, in a time that depends on the length of the given one only: both are hashed first, and the hashes
 * compared in constant time. For one thread at a time. Neither keeps nor tells the token itself.
 */
public final class Authenticator {
    private static final int DIGEST_BYTES = 32;

    private final byte[] expected;
    private final byte[] given = new byte[DIGEST_BYTES];
    private final MessageDigest digest = sha256();
    private byte[] buffer = new byte[256];

    private Authenticator(byte[] expected) {
        this.expected = expected;
    }

    /**
     * Makes an authenticator for another thread.
     *
     * @return one for the same token
     */
    public Authenticator copy() {
        return new Authenticator(expected);
    }

    /**
     * Makes an authenticator.
     *
     * @param token what every request must carry, or null if none is needed
     * @return a new authenticator
     */
    public static Authenticator of(String token) {
        return new Authenticator(token == null ? null : sha256().digest(token.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Says whether a request may be carried out.
     *
     * @param request a request
     * @return whether its token is the right one, or none is needed
     */
    public boolean accepts(Request request) {
        if (expected == null) {
            return true;
        }
        byte[] token = request.encodeToken(buffer);
        if (token == null) {
            return false;
        }
        buffer = token;
        digest.update(token, 0, request.tokenBytes());
        try {
            digest.digest(given, 0, DIGEST_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("a SHA-256 digest has 32 bytes", e);
        }
        return MessageDigest.isEqual(given, expected);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
