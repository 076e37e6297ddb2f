package io.karmadb;

/** There is no space left, so the store takes no writes for now; this one was not applied. It goes on by itself once there is. */
public final class DiskFullException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     */
    public DiskFullException(String message) {
        super(message, null);
    }

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     * @param cause what lies behind it
     */
    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
