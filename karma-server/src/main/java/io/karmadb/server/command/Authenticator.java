package io.karmadb.server.command;

import io.karmadb.server.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Compares tokens, in a time that depends on the length of the given one only: all are hashed first, and the hashes
 * compared in constant time. For one thread at a time. Neither keeps nor tells a token itself.
 */
public final class Authenticator {
    private static final int DIGEST_BYTES = 32;

    private final byte[] forAll;
    private final byte[] forReading;
    private final byte[] given = new byte[DIGEST_BYTES];
    private final MessageDigest digest = sha256();
    private byte[] buffer = new byte[256];

    private Authenticator(byte[] forAll, byte[] forReading) {
        this.forAll = forAll;
        this.forReading = forReading;
    }

    /**
     * Makes an authenticator for another thread.
     *
     * @return one for the same tokens
     */
    public Authenticator copy() {
        return new Authenticator(forAll, forReading);
    }

    /**
     * Makes an authenticator.
     *
     * @param token what allows everything, or null if no token is needed for that
     * @param readOnlyToken what allows reading, or null if there is none such
     * @return a new authenticator
     */
    public static Authenticator of(String token, String readOnlyToken) {
        return new Authenticator(hash(token), hash(readOnlyToken));
    }

    private static byte[] hash(String token) {
        return token == null ? null : sha256().digest(token.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Says whether no token is needed.
     *
     * @return whether everybody may do everything
     */
    public boolean needsNone() {
        return forAll == null;
    }

    /**
     * Says what a request's token allows.
     *
     * @param request a request
     * @return what it may do
     */
    public Access access(Request request) {
        if (forAll == null) {
            return Access.ALL;
        }
        byte[] token = request.encodeToken(buffer);
        if (token == null) {
            return Access.NONE;
        }
        buffer = token;
        return access(token, request.tokenBytes());
    }

    /**
     * Says what a token allows.
     *
     * @param token its UTF-8, from the start of the array on
     * @param length how many bytes
     * @return what it may do
     */
    public Access access(byte[] token, int length) {
        if (forAll == null) {
            return Access.ALL;
        }
        digest.update(token, 0, length);
        try {
            digest.digest(given, 0, DIGEST_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("a SHA-256 digest has 32 bytes", e);
        }
        boolean all = MessageDigest.isEqual(given, forAll);
        boolean read = forReading != null && MessageDigest.isEqual(given, forReading);
        return all ? Access.ALL : read ? Access.READ : Access.NONE;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
