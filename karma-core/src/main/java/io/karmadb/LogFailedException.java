package io.karmadb;

/** The write-ahead log has failed, so the store takes no more writes; this one was not applied. Reads go on. Restart it. */
public final class LogFailedException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     */
    public LogFailedException(String message) {
        super(message, null);
    }

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     * @param cause what lies behind it
     */
    public LogFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
