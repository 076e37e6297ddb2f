package io.karmadb.wal;

import io.karmadb.KarmaException;
import io.karmadb.lock.BriefLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/**
 * Where lines wait to be written: two arrays, one being filled by appenders, the other being written by the flusher.
 *
 * <p><b>Threads:</b> {@link #append}, {@link #hasRoom} and {@link #lastLsn} any; the rest whoever holds the flusher's
 * round, but for {@link #refuse} and {@link #accept}.
 *
 * <p><b>Invariant:</b> LSNs are given out in the order in which lines stand in the arrays.
 */
final class LogBuffer {
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

    private final BriefLock lock = new BriefLock();
    private final Signal signal;
    private final LineEncoder encoder;
    private final int capacity;

    // Guarded by the lock; used and lastLsn are also read without it.
    private byte[] filling;
    private byte[] spare;
    private int used;
    private long lastLsn;
    private long lastSynced;
    private boolean wakeOnAppend;
    private Supplier<? extends KarmaException> refusal;

    /** The LSN known to be forced; set by the flusher, put on the next line. */
    private volatile long forcedLsn;

    // What was taken with the last swap.
    private byte[] taken;
    private int takenBytes;
    private long takenLsn;

    /**
     * Makes empty buffers.
     *
     * @param bytes the size of each
     * @param lastLsn the last LSN given out so far, known to be forced
     * @param signal wakes the flusher
     */
    LogBuffer(int bytes, long lastLsn, Signal signal) {
        this.signal = signal;
        encoder = new LineEncoder(lastLsn + 1);
        capacity = bytes;
        filling = new byte[bytes];
        spare = new byte[bytes];
        this.lastLsn = lastLsn;
        lastSynced = lastLsn;
        forcedLsn = lastLsn;
        takenLsn = lastLsn;
    }

    /** Buffers a line; see {@link WriteAheadLog#append}. */
    long append(LineTemplate body, long first, long second, long third) {
        boolean wake;
        long lsn;
        lock.take(true);
        try {
            if (refusal != null) {
                throw refusal.get();
            }
            int start = used;
            if (capacity - start < body.bytesMax() + LineFormat.FRAME_BYTES_MAX) {
                return WriteAheadLog.NO_ROOM;
            }
            long forced = forcedLsn;
            long synced = 0;
            if (forced > lastSynced) {
                synced = forced;
                lastSynced = forced;
            }
            lsn = encoder.nextLsn();
            int end = encoder.encode(filling, start, body, first, second, third, synced);
            USED.setRelease(this, end);
            LAST_LSN.setRelease(this, lsn);
            int half = capacity >>> 1;
            wake = wakeOnAppend || start < half && end >= half;
            wakeOnAppend = false;
        } finally {
            lock.release();
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
        lock.take(true);
        try {
            refusal = reason;
        } finally {
            lock.release();
        }
    }

    /** Lets appends happen again. */
    void accept() {
        refuse(null);
    }

    /** Notes what has been forced, so that the next line says it. */
    void forced(long lsn) {
        forcedLsn = lsn;
    }

    /** Says whether nothing is buffered; if so, the next append wakes the flusher. */
    boolean emptyElseWake() {
        lock.take(true);
        try {
            wakeOnAppend = used == 0;
            return wakeOnAppend;
        } finally {
            lock.release();
        }
    }

    /** Takes what is buffered; what was taken before must have been written. */
    void swap() {
        lock.take(true);
        try {
            taken = filling;
            takenBytes = used;
            takenLsn = lastLsn;
            if (used > 0) {
                filling = spare;
                spare = taken;
                USED.setRelease(this, 0);
            }
        } finally {
            lock.release();
        }
    }

    /** Returns the array that holds what was taken, from its start. */
    byte[] taken() {
        return taken;
    }

    /** Returns how much was taken. */
    int takenBytes() {
        return takenBytes;
    }

    /** Returns the LSN of the last line that has been taken so far. */
    long takenLsn() {
        return takenLsn;
    }
}
