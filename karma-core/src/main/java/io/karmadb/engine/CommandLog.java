package io.karmadb.engine;

import io.karmadb.DurabilityListener;
import io.karmadb.LogActivity;
import io.karmadb.LogFailedException;
import io.karmadb.StoreHealth;
import io.karmadb.wal.LineTemplate;
import io.karmadb.wal.WriteAheadLog;

/**
 * The log that commands are recorded in: the write-ahead log, or none, in which case the LSN stands still and everything
 * counts as durable.
 *
 * <p><b>Threads:</b> any.
 */
final class CommandLog implements AutoCloseable {
    private final WriteAheadLog wal;
    private final long standingLsn;

    private volatile Throwable broken;

    private CommandLog(WriteAheadLog wal, long standingLsn) {
        this.wal = wal;
        this.standingLsn = standingLsn;
    }

    /** Returns a log that records nothing and whose LSN stays what it is. */
    static CommandLog none(long lsn) {
        return new CommandLog(null, lsn);
    }

    /** Returns a log that records in a write-ahead log. */
    static CommandLog of(WriteAheadLog wal) {
        return new CommandLog(wal, 0);
    }

    boolean isOn() {
        return wal != null;
    }

    /**
     * Records a command.
     *
     * @return its LSN, or {@link WriteAheadLog#NO_ROOM}
     */
    long append(LineTemplate body, long first, long second, long third) {
        if (broken != null) {
            throw new LogFailedException(
                    "Writes are refused: memory no longer agrees with the log, restart the store to restore it from there",
                    broken);
        }
        return wal == null ? standingLsn : wal.append(body, first, second, third);
    }

    /** Records a command whose line has no numbers of its own. */
    long append(LineTemplate body) {
        return append(body, 0, 0, 0);
    }

    /** Refuses further writes: a recorded command could not be applied. */
    void markBroken(Throwable failure) {
        broken = failure;
    }

    void awaitRoom() {
        if (wal != null) {
            wal.awaitRoom();
        }
    }

    long lastLsn() {
        return wal == null ? standingLsn : wal.lastLsn();
    }

    long durableLsn() {
        return wal == null ? standingLsn : wal.durableLsn();
    }

    /** Says whether whatever is recorded counts as durable from then on. */
    boolean isDurableAtOnce() {
        return wal == null || wal.isDurableAtOnce();
    }

    boolean isDurable(long lsn) {
        return wal == null || wal.isDurable(lsn);
    }

    void awaitDurable(long lsn) {
        if (wal != null) {
            wal.awaitDurable(lsn);
        }
    }

    boolean tryMakeDurable(long lsn, long forceNanosMax) {
        return wal == null || wal.tryMakeDurable(lsn, forceNanosMax);
    }

    void whenDurable(long lsn, DurabilityListener listener) {
        if (wal == null) {
            listener.durable();
        } else {
            wal.whenDurable(lsn, listener);
        }
    }

    void sync(long lsn) {
        if (wal != null) {
            wal.sync(lsn);
        }
    }

    void flush(long lsn) {
        if (wal != null) {
            wal.flush(lsn);
        }
    }

    void rotate() {
        if (wal != null) {
            wal.rotate();
        }
    }

    long deleteThrough(long lsn) {
        return wal == null ? 0 : wal.deleteThrough(lsn);
    }

    long bytes() {
        return wal == null ? 0 : wal.bytes();
    }

    LogActivity activity() {
        return wal == null ? LogActivity.NONE : wal.activity();
    }

    StoreHealth health() {
        if (broken != null) {
            return new StoreHealth(
                    StoreHealth.State.FAILED, "memory no longer agrees with the log, restart the store: " + broken);
        }
        return wal == null ? new StoreHealth(StoreHealth.State.OK, "") : wal.health();
    }

    @Override
    public void close() {
        if (wal != null) {
            wal.close();
        }
    }
}
