package io.karmadb.client;

/**
 * The request was never sent: there was no connection in time, too many requests were in flight, it is too long, or the
 * client is closed. Nothing was applied, and sending it again later is safe.
 */
public final class KarmaNotSentException extends KarmaClientException {
    private static final long serialVersionUID = 1L;

    KarmaNotSentException(String message, Throwable cause) {
        super(message, cause, Outcome.NOT_APPLIED);
    }

    @Override
    KarmaClientException again() {
        return new KarmaNotSentException(getMessage(), this);
    }
}
