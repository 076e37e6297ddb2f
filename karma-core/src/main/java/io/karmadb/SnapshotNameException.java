package io.karmadb;

/** A name given to {@link KarmaStore#load} is not that of a snapshot file in the store's directory. */
public final class SnapshotNameException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     */
    public SnapshotNameException(String message) {
        super(message, null);
    }

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     * @param cause what lies behind it
     */
    public SnapshotNameException(String message, Throwable cause) {
        super(message, cause);
    }
}
