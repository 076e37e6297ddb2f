package io.karmadb;

/** The store has been closed. */
public final class StoreClosedException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     */
    public StoreClosedException(String message) {
        super(message, null);
    }

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     * @param cause what lies behind it
     */
    public StoreClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
