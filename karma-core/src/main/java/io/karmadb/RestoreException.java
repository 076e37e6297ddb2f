package io.karmadb;

/** The directory cannot be restored as it is, and nothing on disk was changed; the message says what to do. */
public final class RestoreException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     */
    public RestoreException(String message) {
        super(message, null);
    }

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     * @param cause what lies behind it
     */
    public RestoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
