package io.karmadb;

/**
 * The parent of all errors that a store reports. Each subclass is named after what the caller can do next. Mistakes of
 * the caller are {@link IllegalArgumentException}s instead.
 */
public abstract class KarmaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     * @param cause what lies behind it, or null
     */
    protected KarmaException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Says whether the command that failed may have been applied all the same.
     *
     * @return false: it was not applied and nothing was logged; true: whether it survives a restart is unknown
     */
    public boolean outcomeUnknown() {
        return false;
    }
}
