package io.karmadb.server.options;

/** The command line or the environment cannot be used; the message says what is wrong. */
public final class OptionException extends Exception {
    private static final long serialVersionUID = 1L;

    OptionException(String message) {
        super(message);
    }
}
