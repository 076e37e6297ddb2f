package io.karmadb.wal;

import io.karmadb.KarmaException;
import io.karmadb.lock.BriefLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/**
 * Where lines wait to be encoded and written: two buffers, one being filled by appenders, the other being written. Encoding
 * takes several times as long as accepting, and the flusher has a processor of its own, often.
 *
 * <p><b>Threads:</b> {@link #append}, {@link #hasRoom} and {@link #lastLsn} any; the rest whoever holds the flusher's
 * round, but for {@link #refuse} and {@link #accept}.
 *
 * <p><b>Invariant:</b> LSNs are given out in the order in which lines stand in the buffers.
 */
final class LogBuffer extends BriefLock {
    private static final VarHandle USED;
    private static final VarHandle LAST_LSN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            USED = lookup.findVarHandle(LogBuffer.class, "used", int.class);
            LAST_LSN = lookup.findVarHandle(LogBuffer.class, "lastLsn", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Signal signal;

    /** The room in each: no more bytes are waiting, which the ballast has space for. */
    private final int capacity;

    // Guarded by the lock; used and lastLsn are also read without it.

    private PendingLines filling;

    /** What was taken last and is being written, or has been; whoever holds the round may touch it without the lock. */
    private PendingLines taken;

    /** How many bytes the waiting lines have at most, as {@link LineTemplate#roomBytes} counts. */
    private int used;

    private long lastLsn;

    /** The last LSN that was taken with the last swap; whoever holds the round may read it without the lock. */
    private long takenLsn;

    /** How many runs the waiting lines make, see {@link PendingLines}. */
    private int runs;

    private boolean wakeOnAppend;
    private Supplier<? extends KarmaException> refusal;

    /**
     * Makes empty buffers.
     *
     * @param bytes the room in each, see {@link LineTemplate#roomBytes}
     * @param lastLsn the last LSN given out so far, known to be forced
     * @param signal wakes the flusher
     */
    LogBuffer(int bytes, long lastLsn, Signal signal) {
        this.signal = signal;
        capacity = bytes;
        filling = new PendingLines(bytes / LineTemplate.ROOM_BYTES_MIN);
        taken = new PendingLines(bytes / LineTemplate.ROOM_BYTES_MIN);
        this.lastLsn = lastLsn;
        takenLsn = lastLsn;
    }

    /** Buffers a line; see {@link WriteAheadLog#append}. */
    long append(LineTemplate body, long first, long second, long third) {
        boolean wake;
        long lsn;
        take(true);
        try {
            if (refusal != null) {
                throw refusal.get();
            }
            int start = used;
            int end = start + body.roomBytes();
            if (end > capacity) {
                return WriteAheadLog.NO_ROOM;
            }
            long before = lastLsn;
            lsn = before + 1;
            runs = filling.add((int) (before - takenLsn), runs, body, first, second, third);
            USED.setRelease(this, end);
            LAST_LSN.setRelease(this, lsn);
            int half = capacity >>> 1;
            wake = wakeOnAppend || start < half && end >= half;
            wakeOnAppend = false;
        } finally {
            release();
        }
        if (wake) {
            signal.request();
        }
        return lsn;
    }

    /** Says whether there is room for the longest line. */
    boolean hasRoom() {
        return capacity - (int) USED.getAcquire(this) >= LineFormat.WRITTEN_LINE_BYTES_MAX;
    }

    /** Returns the last LSN given out. */
    long lastLsn() {
        return (long) LAST_LSN.getAcquire(this);
    }

    /**
     * Makes every append throw from now on.
     *
     * @param reason makes the exception
     */
    void refuse(Supplier<? extends KarmaException> reason) {
        take(true);
        try {
            refusal = reason;
        } finally {
            release();
        }
    }

    /** Lets appends happen again. */
    void accept() {
        refuse(null);
    }

    /** Says whether nothing is buffered; if so, the next append wakes the flusher. */
    boolean emptyElseWake() {
        take(true);
        try {
            wakeOnAppend = used == 0;
            return wakeOnAppend;
        } finally {
            release();
        }
    }

    /**
     * Takes what is buffered.
     *
     * @return the lines; those that were taken before are written, and forgotten
     */
    PendingLines swap() {
        PendingLines empty = taken;
        empty.clear();
        take(true);
        try {
            taken = filling;
            taken.end((int) (lastLsn - takenLsn), runs);
            filling = empty;
            takenLsn = lastLsn;
            runs = 0;
            USED.setRelease(this, 0);
            return taken;
        } finally {
            release();
        }
    }

    /** Returns the LSN of the last line that has been taken so far. */
    long takenLsn() {
        return takenLsn;
    }
}
