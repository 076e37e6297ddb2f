package io.karmadb.wal;

import io.karmadb.DiskFullException;
import io.karmadb.Durability;
import io.karmadb.DurabilityListener;
import io.karmadb.LogActivity;
import io.karmadb.LogFailedException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.StorageException;
import io.karmadb.StoreClosedException;
import io.karmadb.StoreHealth;
import io.karmadb.disk.Disk;
import io.karmadb.lock.PatientWait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Appends command lines to the log and makes them durable in groups.
 *
 * <p><b>Threads:</b> any. {@link #append} is short and may be called under a branch lock; {@link #awaitDurable},
 * {@link #awaitRoom}, {@link #sync}, {@link #flush}, {@link #rotate} and {@link #close} block and may not, nor may a
 * {@link DurabilityListener} call them. None of them is ended by an interrupt, which the thread finds set afterwards.
 *
 * <p><b>Invariant:</b> forced LSN &lt;= written LSN &lt;= last LSN; none of them goes back, and LSNs have no gaps.
 *
 * <p><b>Failure:</b> a write, force or rotation that fails is final, see {@link Flusher}. A full disk is not: what was
 * accepted is written to the space of the ballast, the rest is refused until there is space.
 */
public final class WriteAheadLog implements AutoCloseable {
    /** What {@link #append} returns if the buffer lacks room. */
    public static final long NO_ROOM = -1;

    private final Durability durability;
    private final Signal signal;
    private final LogBuffer buffer;
    private final Segments segments;
    private final Flusher flusher;
    private final ForceAhead forceAhead;
    private final Thread thread;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** What {@link Durability} asks for: what is written, or what is forced. */
    private final Watermark durable;

    private WriteAheadLog(
            Disk disk,
            Path directory,
            Durability durability,
            LogSettings settings,
            long lastLsn,
            CurrentFile file,
            long fileFirstLsn,
            Segments segments) {
        this.durability = durability;
        this.segments = segments;
        signal = new Signal();
        buffer = new LogBuffer(settings.bufferBytes(), lastLsn, signal);
        flusher = new Flusher(disk, directory, durability, settings, signal, buffer, file, fileFirstLsn, segments);
        forceAhead = new ForceAhead(disk, directory);
        durable = durability == Durability.FSYNC ? flusher.forced() : flusher.written();
        thread = new Thread(flusher, "karma-wal-flusher");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Starts the log of a directory whose recovery is finished: it has been read, a torn tail has been cut off, an
     * unfinished rotation completed. On return all of it is forced.
     *
     * @param disk where
     * @param directory the directory
     * @param durability {@code FSYNC}, {@code WRITE} or {@code BUFFERED}
     * @param lastLsn the LSN of the last command so far, 0 for none
     * @param currentFirstLsn the LSN of the first line in {@code karma.wal}; if it has none, {@code lastLsn + 1}
     * @param newFile false to go on in {@code karma.wal}, if it is there; true to make that a segment, without writing
     *     to it, and to start a new file
     * @return the log, to be closed
     * @throws StorageException if that is not possible; a lack of space for the ballast is no such reason, it shows as
     *     {@link StoreHealth.State#DISK_FULL}
     */
    public static WriteAheadLog open(
            Disk disk, Path directory, Durability durability, long lastLsn, long currentFirstLsn, boolean newFile)
            throws StorageException {
        return open(disk, directory, durability, lastLsn, currentFirstLsn, newFile, LogSettings.DEFAULT);
    }

    /**
     * Does the same with the smallest buffers there can be, a line each, and a ballast to match: for many short-lived
     * logs, as in tests of crashes.
     *
     * @param disk where
     * @param directory the directory
     * @param durability {@code FSYNC}, {@code WRITE} or {@code BUFFERED}
     * @param lastLsn the LSN of the last command so far, 0 for none
     * @param currentFirstLsn the LSN of the first line in {@code karma.wal}; if it has none, {@code lastLsn + 1}
     * @param newFile false to go on in {@code karma.wal}, if it is there; true to start a new file
     * @return the log, to be closed
     * @throws StorageException if that is not possible
     */
    public static WriteAheadLog openSmall(
            Disk disk, Path directory, Durability durability, long lastLsn, long currentFirstLsn, boolean newFile)
            throws StorageException {
        return open(disk, directory, durability, lastLsn, currentFirstLsn, newFile, LogSettings.SMALL);
    }

    static WriteAheadLog open(
            Disk disk,
            Path directory,
            Durability durability,
            long lastLsn,
            long currentFirstLsn,
            boolean newFile,
            LogSettings settings)
            throws StorageException {
        if (durability == Durability.NONE || lastLsn < 0 || currentFirstLsn < 1 || currentFirstLsn > lastLsn + 1) {
            throw new IllegalArgumentException("no such log: durability=" + durability + ", lastLsn=" + lastLsn
                    + ", currentFirstLsn=" + currentFirstLsn);
        }
        CurrentFile file = new CurrentFile(disk, directory);
        Segments segments = new Segments(disk, directory);
        try {
            LogFiles files = LogFiles.list(disk, directory);
            addSegments(disk, directory, files, currentFirstLsn, segments);
            long fileFirstLsn = currentFirstLsn;
            if (newFile || !files.hasCurrent()) {
                long bytes = file.startNew(currentFirstLsn);
                if (bytes > 0) {
                    segments.add(currentFirstLsn, lastLsn, bytes);
                }
                fileFirstLsn = lastLsn + 1;
            } else {
                file.goOn();
            }
            return new WriteAheadLog(disk, directory, durability, settings, lastLsn, file, fileFirstLsn, segments);
        } catch (IOException e) {
            try {
                file.close();
            } catch (IOException alsoWrong) {
                e.addSuppressed(alsoWrong);
            }
            throw new StorageException("Cannot open the write-ahead log: directory=" + directory + ": " + e, e);
        }
    }

    private static void addSegments(Disk disk, Path directory, LogFiles files, long currentFirstLsn, Segments segments)
            throws IOException {
        List<Long> firstLsns = files.segments();
        for (int i = 0; i < firstLsns.size(); i++) {
            long firstLsn = firstLsns.get(i);
            long nextLsn = i + 1 < firstLsns.size() ? firstLsns.get(i + 1) : currentFirstLsn;
            segments.add(firstLsn, nextLsn - 1, disk.size(disk.resolve(directory, LogFiles.segmentName(firstLsn))));
        }
    }

    /**
     * Buffers one line. Does no I/O and allocates nothing.
     *
     * @param body what the line says
     * @param first the first unsigned number of the body, if it has one
     * @param second the second, if it has one
     * @param third the third, if it has one
     * @return the LSN that the line was given; durable only once {@link #isDurable} says so. {@link #NO_ROOM} if the
     *     buffer lacks room, in which case nothing has happened
     * @throws LogFailedException if the log has failed; nothing was appended
     * @throws DiskFullException if there is no space for now; nothing was appended
     * @throws StoreClosedException if the log has been closed; nothing was appended
     */
    public long append(LineTemplate body, long first, long second, long third)
            throws LogFailedException, DiskFullException, StoreClosedException {
        return buffer.append(body, first, second, third);
    }

    /**
     * Returns the length of the longest body.
     *
     * @return bytes
     */
    public static int bodyBytesMax() {
        return LineFormat.BODY_BYTES_MAX;
    }

    /**
     * Waits until there may be room for the longest line, or {@link #append} would throw.
     *
     * @throws IllegalStateException if called by a listener
     */
    public void awaitRoom() {
        requireOtherThread();
        long seen = flusher.rooms().value(); // before the look, so that no change after it is missed
        if (!hasRoom() && health().state() == StoreHealth.State.OK) {
            flusher.rooms().await(seen + 1, signal);
        }
    }

    /**
     * Says whether the buffer has room for the longest line. Costs a read of memory.
     *
     * @return whether it had, a moment ago
     */
    public boolean hasRoom() {
        return buffer.hasRoom();
    }

    /**
     * Returns the last LSN given out.
     *
     * @return the LSN, 0 for none
     */
    public long lastLsn() {
        return buffer.lastLsn();
    }

    /**
     * Returns the LSN up to which lines are durable, as the log's durability promises.
     *
     * @return the LSN, 0 for none
     */
    public long durableLsn() {
        return isDurableAtOnce() ? buffer.lastLsn() : durable.value();
    }

    /**
     * Says whether the log's durability promises so little that a line is durable once it is appended.
     *
     * @return true for {@code BUFFERED}
     */
    public boolean isDurableAtOnce() {
        return durability == Durability.BUFFERED;
    }

    /**
     * Says whether a line is durable, as the log's durability promises. Costs a read of memory, and hurries nobody.
     *
     * @param lsn an LSN that {@link #append} has returned, or less
     * @return whether it may be acknowledged
     */
    public boolean isDurable(long lsn) {
        return isDurableAtOnce() || lsn <= durable.value();
    }

    /**
     * Waits until a line is durable, as the log's durability promises.
     *
     * @param lsn an LSN that {@link #append} has returned, or less
     * @throws OutcomeUnknownException if the log has failed before that
     * @throws IllegalStateException if called by a listener and it would have to wait
     */
    public void awaitDurable(long lsn) throws OutcomeUnknownException {
        if (!isDurableAtOnce()) {
            await(durable, lsn);
        }
    }

    /**
     * Calls back once a line is durable, as the log's durability promises, or never can be.
     *
     * @param lsn an LSN that {@link #append} has returned, or less
     * @param listener called once: on the flusher's thread or one that calls {@link #tryMakeDurable}, where it must be
     *     short and not wait for the log, in the order of LSNs; or at once on this thread if the matter is settled
     *     already. What it throws on another thread is logged
     */
    public void whenDurable(long lsn, DurabilityListener listener) {
        if (isDurableAtOnce()) {
            listener.durable();
            return;
        }
        requireGivenOut(lsn);
        if (durable.whenReached(lsn, listener)) {
            signal.request();
        }
    }

    /**
     * Makes lines durable on the calling thread, if no other thread is at it. Spares a thread that would call
     * {@link #whenDurable} the handing over, and being woken. Encodes all lines that are buffered, some 70 ns each, also
     * those of other threads. Does not wait, but for the operating system to take the lines into its memory, and for the
     * device if forces have been quick.
     *
     * <p>To be called by threads that nobody interrupts: an interrupt would close the log's file, which is a failure of
     * the log. Listeners of others may be called on this thread.
     *
     * @param lsn an LSN that {@link #append} has returned, or less
     * @param forceNanosMax how many nanoseconds a force may take, judging by those before; 0 to force nothing
     * @return whether it is durable now; if not, {@link #whenDurable} says when it is
     */
    public boolean tryMakeDurable(long lsn, long forceNanosMax) {
        if (!isDurable(lsn) && (durability == Durability.WRITE || flusher.forceNanos() <= forceNanosMax)) {
            flusher.tryRound();
        }
        return isDurable(lsn);
    }

    /**
     * Waits until a line has been forced to the device, whatever the durability.
     *
     * @param lsn an LSN that {@link #append} has returned, or less
     * @throws OutcomeUnknownException if the log has failed before that
     * @throws IllegalStateException if called by a listener and it would have to wait
     */
    public void sync(long lsn) throws OutcomeUnknownException {
        if (lsn > flusher.forced().value()) {
            requireOtherThread();
            forceAhead.run(flusher);
        }
        await(flusher.forced(), lsn);
    }

    /**
     * Waits until a line has been handed to the operating system, so that readers of the files see it.
     *
     * @param lsn an LSN that {@link #append} has returned, or less
     * @throws OutcomeUnknownException if the log has failed before that
     * @throws IllegalStateException if called by a listener and it would have to wait
     */
    public void flush(long lsn) throws OutcomeUnknownException {
        await(flusher.written(), lsn);
    }

    /**
     * Turns {@code karma.wal} into a segment and starts a new one; does nothing if it is empty. Everything up to the
     * LSN returned, at least all that was appended before the call, is then forced and in segments.
     *
     * @return that LSN
     * @throws OutcomeUnknownException if that failed, which the log does not survive, or it had failed before
     * @throws DiskFullException if there is no space for a new file; nothing was changed
     * @throws StorageException if a new file cannot be made for another reason; nothing was changed
     * @throws StoreClosedException if the log has been closed
     * @throws IllegalStateException if called by a listener
     */
    public long rotate() throws OutcomeUnknownException, DiskFullException, StorageException, StoreClosedException {
        requireOtherThread();
        forceAhead.run(flusher);
        return flusher.rotations().askAndWait(signal);
    }

    /**
     * Returns the size of the log's files.
     *
     * @return bytes
     */
    public long bytes() {
        return segments.bytes() + flusher.fileBytes();
    }

    /**
     * Returns what the log has done since it was opened. Waits for nobody.
     *
     * @return figures of this moment
     */
    public LogActivity activity() {
        return flusher.tally().activity(segments.count());
    }

    /**
     * Deletes the segments all of whose lines lie at or below an LSN, oldest first; never {@code karma.wal}. They do
     * not come back after a crash.
     *
     * @param lsn the LSN up to which no line is needed
     * @return the bytes freed
     * @throws StorageException if that is not possible; the log is none the worse for it, and it may be tried again
     */
    public long deleteThrough(long lsn) throws StorageException {
        return segments.deleteThrough(lsn);
    }

    /**
     * Says whether the log takes lines.
     *
     * @return the state, with what to do
     */
    public StoreHealth health() {
        return flusher.state().health();
    }

    /**
     * Takes no more lines, writes and forces those it has, closes the file and deletes the ballast. Does nothing if it
     * has been called before, but for waiting until that is done.
     *
     * @throws OutcomeUnknownException if that failed, or the log had failed before with lines that were not forced;
     *     nothing is tried again, and the log is closed all the same
     * @throws IllegalStateException if called by a listener
     */
    @Override
    public void close() throws OutcomeUnknownException {
        requireOtherThread();
        flusher.close();
        PatientWait.join(thread);
        LogFailure failure = flusher.state().failure();
        if (closed.compareAndSet(false, true)
                && failure != null
                && flusher.forced().value() < lastLsn()) {
            throw failure.outcomeUnknown();
        }
    }

    private void await(Watermark watermark, long lsn) {
        if (lsn <= watermark.value()) {
            return;
        }
        requireGivenOut(lsn);
        requireOtherThread();
        if (!watermark.await(lsn, signal)) {
            throw flusher.state().failure().outcomeUnknown();
        }
    }

    private void requireGivenOut(long lsn) {
        if (lsn > lastLsn()) {
            throw new IllegalArgumentException("nobody was given this LSN: lsn=" + lsn + ", lastLsn=" + lastLsn());
        }
    }

    /** Whoever tells listeners would wait for itself. */
    private void requireOtherThread() {
        if (Thread.currentThread() == thread || flusher.isInRound()) {
            throw new IllegalStateException("a durability listener must not wait for the log");
        }
    }
}
