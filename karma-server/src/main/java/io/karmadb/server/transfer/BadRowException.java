package io.karmadb.server.transfer;

/** A line that is no row; the message says why. */
final class BadRowException extends Exception {
    private static final long serialVersionUID = 1L;

    BadRowException(String message) {
        super(message, null, false, false); // a file may have millions of them
    }
}
