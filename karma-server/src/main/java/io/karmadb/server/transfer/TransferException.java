package io.karmadb.server.transfer;

/** An export or import that cannot go on; the message is for the user. */
final class TransferException extends Exception {
    private static final long serialVersionUID = 1L;

    TransferException(String message) {
        super(message);
    }

    TransferException(String message, Throwable cause) {
        super(message, cause);
    }
}
