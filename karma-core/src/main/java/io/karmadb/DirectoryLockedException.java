package io.karmadb;

/** Another process, or another store in this process, has the directory open. */
public final class DirectoryLockedException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     */
    public DirectoryLockedException(String message) {
        super(message, null);
    }

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     * @param cause what lies behind it
     */
    public DirectoryLockedException(String message, Throwable cause) {
        super(message, cause);
    }
}
