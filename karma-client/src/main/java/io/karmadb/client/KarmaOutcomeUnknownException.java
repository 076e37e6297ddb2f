package io.karmadb.client;

/**
 * The request was sent, or part of it, and no usable answer came: the connection was lost, the time was up, the answer
 * was cut off, too long or not what the protocol says, or the client was closed meanwhile. A write may have been applied
 * or not; look before counting again. Of a read it means only that there is no answer.
 */
public final class KarmaOutcomeUnknownException extends KarmaClientException {
    private static final long serialVersionUID = 1L;

    KarmaOutcomeUnknownException(String message, Throwable cause) {
        super(message, cause, Outcome.UNKNOWN);
    }

    @Override
    KarmaClientException again() {
        return new KarmaOutcomeUnknownException(getMessage(), this);
    }
}
