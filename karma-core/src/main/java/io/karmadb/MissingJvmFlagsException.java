package io.karmadb;

/** The history that was asked for needs JVM flags that are missing; the message names them and the alternative. */
public final class MissingJvmFlagsException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     */
    public MissingJvmFlagsException(String message) {
        super(message, null);
    }

    /**
     * Makes an error.
     *
     * @param message what was wrong and what to do
     * @param cause what lies behind it
     */
    public MissingJvmFlagsException(String message, Throwable cause) {
        super(message, cause);
    }
}
