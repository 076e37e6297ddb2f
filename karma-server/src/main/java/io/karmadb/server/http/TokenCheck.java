package io.karmadb.server.http;

import io.karmadb.server.command.Access;
import io.karmadb.server.command.Authenticator;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Looks at the {@code Authorization} header, and makes guessing slow: the more wrong tokens have come of late, from
 * whomever, the longer the refusal of the next takes. The right one is never held up. For one thread.
 */
final class TokenCheck {
    /** The token is right, or none is needed. */
    static final long ACCEPTED = -1;

    /** There is no token: not a guess. */
    static final long MISSING = 0;

    private static final String SCHEME = "bearer ";
    private static final long DELAY_MILLIS_MIN = 100;
    private static final int DOUBLINGS_MAX = 4;
    private static final int WRONG_PER_DOUBLING = 8;
    private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Authenticator authenticator;
    private final LongSupplier nanoClock;
    private int wrong;
    private long lastWrongNanos;

    /** @param nanoClock as {@link System#nanoTime} */
    TokenCheck(Authenticator authenticator, LongSupplier nanoClock) {
        this.authenticator = authenticator;
        this.nanoClock = nanoClock;
    }

    /**
     * Looks at a header.
     *
     * @param authorization its value as Netty gives it, a character for each byte; or null
     * @return {@link #ACCEPTED}, {@link #MISSING}, or after how many milliseconds to refuse
     */
    long check(String authorization) {
        if (authenticator.needsNone()) {
            return ACCEPTED;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return MISSING;
        }
        byte[] token = authorization.substring(SCHEME.length()).getBytes(StandardCharsets.ISO_8859_1);
        if (authenticator.access(token, token.length) != Access.NONE) {
            return ACCEPTED;
        }
        long now = nanoClock.getAsLong();
        wrong = now - lastWrongNanos > FORGET_NANOS ? 1 : wrong + 1;
        lastWrongNanos = now;
        return DELAY_MILLIS_MIN << Math.min(wrong / WRONG_PER_DOUBLING, DOUBLINGS_MAX);
    }
}
