package io.karmadb.wal;

import io.karmadb.LogFailedException;
import io.karmadb.OutcomeUnknownException;

/**
 * Why a log takes no more lines.
 *
 * @param message what failed and what to do
 * @param cause what lies behind it
 */
record LogFailure(String message, Throwable cause) {
    /** Returns the error for a command that has an LSN. */
    OutcomeUnknownException outcomeUnknown() {
        return new OutcomeUnknownException("Whether this write is on disk is unknown: " + message, cause);
    }

    /** Returns the error for a command that has none. */
    LogFailedException refusal() {
        return new LogFailedException("This write was refused: " + message, cause);
    }
}
