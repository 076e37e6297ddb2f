package io.karmadb;

/** The file system refused something, outside the write-ahead log; the message says what was left undone. */
public final class StorageException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     */
    public StorageException(String message) {
        super(message, null);
    }

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     * @param cause what lies behind it
     */
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
