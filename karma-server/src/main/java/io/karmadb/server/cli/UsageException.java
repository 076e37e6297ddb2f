package io.karmadb.server.cli;

/** What was typed cannot be understood; the message says why. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
