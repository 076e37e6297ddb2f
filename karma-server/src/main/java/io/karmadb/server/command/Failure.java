package io.karmadb.server.command;

import io.karmadb.CounterOverflowException;
import io.karmadb.FutureDayException;
import io.karmadb.KarmaException;
import io.karmadb.SnapshotNameException;
import io.karmadb.SnapshotNotFoundException;
import io.karmadb.TreeNotFoundException;
import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told when a command failed.
 *
 * @param code what kind
 * @param message for people; says of a write whether it was applied
 * @param lsn what the answer rests on, 0 for nothing
 */
public record Failure(ErrorCode code, String message, long lsn) {
    private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

    /**
     * Maps an exception. One that nobody expects is logged with its stack trace, and the client is not told what it
     * says.
     *
     * @param command what failed
     * @param error how
     * @return what to answer
     */
    public static Failure of(Command command, Throwable error) {
        if (error instanceof TreeNotFoundException missing) {
            return new Failure(ErrorCode.NOT_FOUND, missing.getMessage(), missing.lsn());
        }
        if (error instanceof SnapshotNotFoundException) {
            return new Failure(ErrorCode.NOT_FOUND, error.getMessage(), 0);
        }
        if (error instanceof CounterOverflowException
                || error instanceof FutureDayException
                || error instanceof SnapshotNameException) {
            return new Failure(ErrorCode.VALIDATION_ERROR, error.getMessage(), 0);
        }
        if (error instanceof KarmaException known) {
            return of(command, known);
        }
        LOG.atError()
                .addKeyValue("event", "command.error")
                .addKeyValue("command", command.text())
                .setCause(error)
                .log("A command failed in a way that nobody expected");
        return new Failure(ErrorCode.INTERNAL_ERROR, "Internal error, see the server's log", 0);
    }

    private static Failure of(Command command, KarmaException error) {
        String message = error.getMessage();
        if (command.isWrite()) {
            message = (error.outcomeUnknown() ? "Outcome unknown: " : "Not applied: ") + message;
        }
        return new Failure(ErrorCode.INTERNAL_ERROR, message, 0);
    }
}
