package io.karmadb.client;

/**
 * A request failed. The three subclasses say what that means for it; {@link #outcome()} says it in one word.
 *
 * <p>No message holds the token.
 */
public abstract sealed class KarmaClientException extends RuntimeException
        permits KarmaServerException, KarmaNotSentException, KarmaOutcomeUnknownException {
    private static final long serialVersionUID = 1L;

    /** What a failed request has done to the server's data. */
    public enum Outcome {
        /** Nothing. */
        NOT_APPLIED,
        /** Nobody knows: it may have been applied or not, or may yet be. Nothing, if the command only reads. */
        UNKNOWN
    }

    /** What became of the request. */
    private final Outcome outcome;

    KarmaClientException(String message, Throwable cause, Outcome outcome) {
        super(message, cause);
        this.outcome = outcome;
    }

    /**
     * Says what the request has done.
     *
     * @return whether it may have been applied
     */
    public final Outcome outcome() {
        return outcome;
    }

    /** Returns the same failure with the stack of the caller, who waited in another thread than the one that noticed. */
    abstract KarmaClientException again();
}
