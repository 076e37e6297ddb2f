package io.karmadb.wal;

import io.karmadb.DiskFullException;
import io.karmadb.StoreClosedException;
import io.karmadb.StoreHealth;

/**
 * Whether the log takes lines: it does; it does not until there is space; it does not any more. Tells the buffer, so
 * that an append looks in one place.
 *
 * <p><b>Threads:</b> any. <b>Invariant:</b> failed and closed are for good.
 */
final class LogState {
    private static final StoreHealth OK = new StoreHealth(StoreHealth.State.OK, "");

    private final LogBuffer buffer;
    private volatile StoreHealth health = OK;
    private volatile LogFailure failure;

    /** Guarded by this. */
    private boolean closed;

    LogState(LogBuffer buffer) {
        this.buffer = buffer;
    }

    StoreHealth health() {
        return health;
    }

    /** Returns why the log has failed, or null. */
    LogFailure failure() {
        return failure;
    }

    boolean isFull() {
        return health.state() == StoreHealth.State.DISK_FULL;
    }

    /** There is no space. */
    synchronized void full(String message) {
        if (failure == null) {
            health = new StoreHealth(StoreHealth.State.DISK_FULL, message);
            if (!closed) {
                buffer.refuse(() -> new DiskFullException("This write was refused: " + message));
            }
        }
    }

    /** There is space again. */
    synchronized void ok() {
        if (failure == null) {
            if (!closed) {
                buffer.accept(); // before it is said
            }
            health = OK;
        }
    }

    /** The log has failed, for good; only the first failure counts. */
    synchronized LogFailure fail(String message, Throwable cause) {
        if (failure == null) {
            LogFailure reason = new LogFailure(message, cause);
            failure = reason;
            if (!closed) {
                buffer.refuse(reason::refusal); // before it is said
            }
            health = new StoreHealth(StoreHealth.State.FAILED, message);
        }
        return failure;
    }

    /** No more lines from now on; what was accepted is still to be written. */
    synchronized void close() {
        closed = true;
        buffer.refuse(LogState::closedException);
    }

    static StoreClosedException closedException() {
        return new StoreClosedException("The log has been closed.");
    }
}
