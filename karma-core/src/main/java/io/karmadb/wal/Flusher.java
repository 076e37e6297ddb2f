package io.karmadb.wal;

import io.karmadb.DiskFullException;
import io.karmadb.Durability;
import io.karmadb.KarmaException;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import io.karmadb.disk.DiskFile;
import io.karmadb.logging.Loggers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/**
 * The one thread that touches the log's files: takes what is buffered, writes it, forces it if that is due, and tells
 * who waits. What is appended meanwhile goes with the next round, which is group commit. A thread that would hand a round
 * over and be woken again may do it itself, with {@link #tryRound}.
 *
 * <p>With each force, and once a second, it looks whether {@code karma.wal} is still the file that it has open.
 *
 * <p><b>Failure:</b> whatever is thrown here, but for a lack of space, ends the thread and is final: a force that failed
 * may report success when it is repeated, for pages that the kernel has dropped.
 *
 * <p><b>Source:</b> Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020.
 */
final class Flusher implements Runnable {
    private static final Logger LOG = Loggers.of(Flusher.class);

    private static final int FORCES_AVERAGED = 8;
    private static final int GROUPS_AVERAGED = 8;

    /** How often a full disk is asked again while the log is being closed. */
    private static final int CLOSING_ATTEMPTS = 20;

    private final Disk disk;
    private final Path directory;
    private final Durability durability;
    private final LogSettings settings;
    private final Signal signal;
    private final LogBuffer buffer;
    private final LogState state;
    private final CurrentFile file;
    private final Segments segments;
    private final Ballast ballast;

    /** What has been handed to the operating system. */
    private final Watermark written;

    /** What has been forced to the device. */
    private final Watermark forced;

    /** Counts the moments at which there was room again in the buffer, or it no longer matters. */
    private final Watermark rooms = new Watermark(0);

    private final Rotations rotations = new Rotations();
    private final LogTally tally = new LogTally();

    /** Held by whoever touches the file and what is noted of it. */
    private final ReentrantLock round = new ReentrantLock();

    private volatile long forceNanos = Long.MAX_VALUE;
    private volatile boolean closing;
    private volatile long fileBytes;
    private volatile long forcedBytes;

    /** What was taken from the buffer; guarded by the round, as is all that follows. */
    private final LineGroup group;

    private long fileFirstLsn;
    private long forceDueNanos;
    private long lookDueNanos;
    private long ballastDueNanos;
    private int closingAttempts;

    /** The size of late. */
    private long groupBytes;

    /** How long the present group's writing has taken so far. */
    private long writeNanos;

    /** Whether there was no space for a reserve in this file. */
    private boolean reserveRefused;

    /**
     * Makes a flusher, to be run by one thread.
     *
     * @param file open; all of it is forced
     * @param fileFirstLsn the LSN of the first line in the file, or that it will get
     */
    Flusher(
            Disk disk,
            Path directory,
            Durability durability,
            LogSettings settings,
            Signal signal,
            LogBuffer buffer,
            CurrentFile file,
            long fileFirstLsn,
            Segments segments) {
        this.disk = disk;
        this.directory = directory;
        this.durability = durability;
        this.settings = settings;
        this.signal = signal;
        this.buffer = buffer;
        this.file = file;
        this.fileFirstLsn = fileFirstLsn;
        this.segments = segments;
        group = new LineGroup(buffer.lastLsn());
        state = new LogState(buffer);
        ballast = new Ballast(disk, directory, settings.ballastBytes());
        written = new Watermark(buffer.lastLsn());
        forced = new Watermark(buffer.lastLsn());
        fileBytes = file.bytes();
        forcedBytes = fileBytes;
        forceDueNanos = System.nanoTime() + settings.forceNanos();
        lookDueNanos = forceDueNanos;
        makeBallast();
    }

    LogState state() {
        return state;
    }

    Watermark written() {
        return written;
    }

    Watermark forced() {
        return forced;
    }

    Watermark rooms() {
        return rooms;
    }

    Rotations rotations() {
        return rotations;
    }

    LogTally tally() {
        return tally;
    }

    /** Returns the size of what {@code karma.wal} holds. */
    long fileBytes() {
        return fileBytes;
    }

    /** Returns how much of {@code karma.wal} has been written and not forced. */
    long unforcedBytes() {
        return fileBytes - forcedBytes;
    }

    /** Asks the thread to write and force what is left, and to end. */
    void close() {
        state.close();
        closing = true;
        signal.request();
    }

    @Override
    public void run() {
        boolean last = false;
        while (!last) {
            signal.await(restNanos());
            round.lock();
            try {
                last = closing; // what is appended later is refused, so this round takes all that is left
                serveAll(last);
            } catch (Throwable e) {
                fail(e);
            } finally {
                last |= state.failure() != null; // also another thread's
                round.unlock();
            }
        }
        closeFiles();
    }

    private void serveAll(boolean last) throws IOException {
        if (state.failure() == null) {
            serve(last);
            while (rotations.isNextAsked()) {
                serve(last);
            }
            if (last) {
                rotations.end(LogState::closedException);
                trim();
            }
        }
    }

    /** Says whether the calling thread is in the middle of a round, telling listeners maybe. */
    boolean isInRound() {
        return round.isHeldByCurrentThread();
    }

    /** Returns how long a force takes of late; {@link Long#MAX_VALUE} if nothing has been forced yet. */
    long forceNanos() {
        return forceNanos;
    }

    /**
     * Writes what is buffered on the calling thread, and forces it where each round is forced, unless another thread is
     * about to touch the file; and tells who waits for that. Never waits for space: a disk that is full is left to the
     * flusher. To be called by threads that nobody interrupts, since an interrupt closes the file.
     */
    void tryRound() {
        if (isInRound() || !round.tryLock()) { // a listener that this thread is telling could call
            return;
        }
        boolean needsFlusher = false;
        try {
            if (!closing && state.failure() == null) {
                boolean dirty = file.isDirty();
                boolean done = writeBuffered(false);
                if (done && durability == Durability.FSYNC && file.isDirty()) {
                    force(true);
                }
                needsFlusher = !done || !dirty && file.isDirty(); // it forces what is written within a second
            }
        } catch (Throwable e) {
            fail(e);
            needsFlusher = true; // to end
        } finally {
            round.unlock();
        }
        if (needsFlusher) {
            signal.request();
        }
    }

    private long restNanos() {
        round.lock();
        try {
            return restNanosLocked();
        } finally {
            round.unlock();
        }
    }

    private long restNanosLocked() {
        long now = System.nanoTime();
        long rest = settings.forceNanos(); // lines that nobody waits for are written by then
        if (durability == Durability.BUFFERED && !buffer.emptyElseWake()) {
            rest = settings.paceNanos();
        }
        if (durability == Durability.WRITE && file.isDirty()) {
            rest = Math.min(rest, forceDueNanos - now);
        }
        if (state.isFull()) {
            rest = Math.min(rest, ballastDueNanos - now);
        }
        return rest;
    }

    private void serve(boolean last) throws IOException {
        boolean rotation = rotations.isNextAsked(); // before the swap: it is to hold all that was appended by then
        writeBuffered(true);
        if (file.isDirty() && (last || rotation || forceIsDue())) {
            force(last || rotation);
        }
        if (System.nanoTime() - lookDueNanos >= 0) {
            look();
        }
        if (rotation) {
            rotate();
        }
        if (state.isFull() && System.nanoTime() - ballastDueNanos >= 0) {
            makeBallast();
        }
    }

    /**
     * Writes what is buffered, after what an earlier call has taken from there and not written.
     *
     * @param mayWait whether to wait for space on a full disk
     * @return whether all of it is written
     */
    private boolean writeBuffered(boolean mayWait) throws IOException {
        if (!writeGroup(mayWait)) {
            return false;
        }
        PendingLines lines = buffer.swap(); // which also says the LSN of the last of them
        group.begin(lines, buffer.takenLsn());
        if (group.isWritten()) { // there was nothing
            return true;
        }
        openRooms();
        return writeGroup(mayWait);
    }

    private boolean forceIsDue() {
        return durability == Durability.FSYNC
                || forced.isAwaited()
                || durability == Durability.WRITE && System.nanoTime() - forceDueNanos >= 0;
    }

    /**
     * Forces what is written. Where only some rounds are forced, all of them by the flusher, others may write meanwhile.
     *
     * @param alone whether nothing may be written meanwhile all the same
     */
    private void force(boolean alone) throws IOException {
        clearInterrupt();
        long lsn = buffer.takenLsn();
        long bytes = file.bytes();
        boolean reserved = durability == Durability.FSYNC && reserve();
        long start = System.nanoTime();
        file.beginForce();
        if (alone || durability != Durability.WRITE) {
            file.force();
        } else {
            round.unlock();
            try {
                file.force(); // nobody else puts another file in its place
            } finally {
                round.lock();
            }
        }
        look(); // before anybody is told
        long end = System.nanoTime();
        if (!reserved) { // else it was a large one
            noteForce(end - start);
        }
        tally.forced(end - start);
        forcedBytes = bytes;
        forceDueNanos = end + settings.forceNanos();
        if (state.failure() == null) { // nor has writing failed meanwhile
            forced.advance(lsn);
        }
    }

    /** Writes zeros ahead of small groups, together with one that had none to be written over. Says whether it has. */
    private boolean reserve() throws IOException {
        groupBytes += (group.bytes() - groupBytes) / GROUPS_AVERAGED;
        boolean ends = closing || rotations.isNextAsked();
        if (ends || reserveRefused || !file.isReserveUsedUp() || !settings.areSmall(groupBytes)) {
            return false;
        }
        try {
            file.reserve(settings.reserveBytes());
            return true;
        } catch (IOException e) {
            if (!DiskSpace.isExhausted(e, disk, directory, settings.reserveBytes())) {
                throw e;
            }
            reserveRefused = true;
        } catch (OutOfMemoryError e) {
            reserveRefused =
                    true; // the JDK copies what it writes through memory outside the heap; lines need none of this
        }
        return false;
    }

    /** A slow one counts at once, quick ones little by little. */
    private void noteForce(long nanos) {
        long former = forceNanos;
        forceNanos = nanos >= former || former == Long.MAX_VALUE ? nanos : former - (former - nanos) / FORCES_AVERAGED;
    }

    /** With each force, and about once a second where there is none: a log that has vanished is a failed one. */
    private void look() throws IOException {
        file.requireInPlace();
        lookDueNanos = System.nanoTime() + settings.forceNanos();
    }

    private boolean writeGroup(boolean mayWait) throws IOException {
        if (group.isWritten()) {
            return true;
        }
        clearInterrupt();
        while (!group.isWritten()) {
            group.encode(forced.value());
            if (!writePart(mayWait)) {
                return false;
            }
        }
        fileBytes = file.bytes();
        tally.wrote(writeNanos, group.size(), group.bytes());
        writeNanos = 0;
        written.advance(buffer.takenLsn());
        return true;
    }

    private boolean writePart(boolean mayWait) throws IOException {
        while (group.from() < group.to()) {
            long start = System.nanoTime();
            try {
                group.wrote(file.write(group.array(), group.from(), group.to()));
            } catch (IOException e) {
                if (!DiskSpace.isExhausted(e, disk, directory, group.to() - group.from())) {
                    throw e;
                }
                if (!mayWait) {
                    return false;
                }
                makeRoomOnDisk(e);
            } catch (OutOfMemoryError e) {
                // The JDK copies an array through memory of the thread's outside the heap, before it writes anything.
                if (mayWait) {
                    throw e;
                }
                return false; // the flusher has its copy already
            } finally {
                writeNanos += System.nanoTime() - start;
            }
        }
        return true;
    }

    /** Gives the ballast away; if it is gone already, waits a little for space to come from elsewhere. */
    private void makeRoomOnDisk(IOException reason) throws IOException {
        if (!state.isFull()) {
            full(reason);
            ballast.delete();
            openRooms(); // whoever waits for room is to be refused instead
            return;
        }
        if (closing && ++closingAttempts > CLOSING_ATTEMPTS) {
            throw reason;
        }
        LockSupport.parkNanos(settings.spaceNanos());
        clearInterrupt();
    }

    private void makeBallast() {
        try {
            ballast.make();
            if (state.isFull()) {
                LOG.info("There is space again, writes are accepted: directory={}", directory);
                state.ok();
            }
        } catch (IOException e) {
            if (!state.isFull()) {
                full(e);
            }
            ballastDueNanos = System.nanoTime() + settings.ballastNanos();
        }
    }

    private void full(IOException reason) {
        String message = "no space is left for the write-ahead log; free some, writes are accepted again by themselves:"
                + " directory=" + directory + ", neededBytes=" + settings.ballastBytes() + ", error=" + reason;
        LOG.error("Writes are refused: {}", message);
        state.full(message);
        ballastDueNanos = System.nanoTime() + settings.ballastNanos();
    }

    private void rotate() throws IOException {
        long lastLsn = buffer.takenLsn();
        if (file.bytes() > 0) {
            clearInterrupt();
            DiskFile prepared;
            try {
                prepared = file.prepare(fileFirstLsn);
            } catch (IOException e) {
                rotations.refuse(notRotated(e));
                return;
            }
            long bytes = file.bytes();
            file.replace(prepared, fileFirstLsn);
            segments.add(fileFirstLsn, lastLsn, bytes);
            fileFirstLsn = lastLsn + 1;
            forcedBytes = 0;
            fileBytes = 0;
            reserveRefused = false;
        }
        rotations.succeed(lastLsn);
    }

    private KarmaException notRotated(IOException e) {
        String message = "The log was not rotated, nothing has changed: directory=" + directory + ": " + e;
        return DiskSpace.isExhausted(e, disk, directory, 0)
                ? new DiskFullException(message, e)
                : new StorageException(message, e);
    }

    private void openRooms() {
        rooms.advance(rooms.value() + 1);
    }

    private void fail(Throwable cause) {
        String message = "the write-ahead log has failed; reads go on, restart to write again: directory=" + directory
                + ", durableLsn=" + forced.value() + ", error=" + cause;
        LOG.error("Writes are refused: {}", message, cause);
        LogFailure failure = state.fail(message, cause);
        rotations.end(failure::outcomeUnknown);
        written.fail(failure);
        forced.fail(failure);
        rooms.fail(failure);
    }

    /** So that an older server can read the file, which knows of no reserve. */
    private void trim() {
        clearInterrupt();
        try {
            file.trim();
        } catch (IOException e) {
            LOG.warn(
                    "Cannot cut off what is reserved in the log, which the next start does: directory={}",
                    directory,
                    e);
        }
    }

    private void closeFiles() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("Cannot close the log, which has been forced or has failed before: directory={}", directory, e);
        }
        ballast.delete();
    }

    /** A channel closes when its thread is interrupted, and a listener could have left the flag set. */
    private static void clearInterrupt() {
        Thread.interrupted();
    }
}
