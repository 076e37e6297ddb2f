package io.karmadb;

/**
 * The write-ahead log failed while this write waited for it: the write shows in memory, but whether it is on disk is
 * unknown. The store takes no more writes until it has been opened again, and then shows what was on disk.
 */
public final class OutcomeUnknownException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what failed
     * @param cause the failure
     */
    public OutcomeUnknownException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean outcomeUnknown() {
        return true;
    }
}
