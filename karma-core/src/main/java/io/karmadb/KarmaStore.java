package io.karmadb;

import io.karmadb.engine.Engine;
import java.util.List;

/**
 * A counter store: named {@link Tree}s of counters, durable in a directory or in memory only.
 *
 * <pre>{@code
 * try (KarmaStore store = KarmaStore.open(KarmaOptions.builder().directory(Path.of("data")).build())) {
 *     store.tree("links").increment(42);
 *     long clicks = store.tree("links").sum(42, DayRange.lastDays(30, store.today()));
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Safe for any number of threads. A directory can be open in one store of one process at a time.
 *
 * <p><b>Durability.</b> A command that changes something returns when it survives what {@link Durability} says.
 *
 * <p><b>Names.</b> A tree's name is any text of 1 to {@link #TREE_NAME_BYTES_MAX} bytes of UTF-8 without lone surrogates;
 * others are refused with an {@link IllegalArgumentException}.
 */
public interface KarmaStore extends AutoCloseable {
    /** The most bytes that a tree's name may have, in UTF-8. */
    int TREE_NAME_BYTES_MAX = 65_536;

    /**
     * Opens a store: reads the directory's snapshots and log, and is ready to count when it returns.
     *
     * @param options how
     * @return an open store
     * @throws DirectoryLockedException if the directory is open elsewhere
     * @throws CorruptionException if a file does not hold what it must
     * @throws RestoreException if the directory cannot be restored as it is
     * @throws MissingJvmFlagsException if the kind of history needs JVM flags that are missing
     * @throws StorageException if the file system refuses
     */
    static KarmaStore open(KarmaOptions options)
            throws DirectoryLockedException, CorruptionException, RestoreException, MissingJvmFlagsException,
                    StorageException {
        return Engine.open(options);
    }

    /**
     * Returns a handle to a tree, which need not exist. Costs little and changes nothing.
     *
     * @param name the tree's name
     * @return a handle
     * @throws IllegalArgumentException if it is not a name that a tree can have
     */
    Tree tree(String name);

    /**
     * Creates a tree.
     *
     * @param name its name
     * @return whether it was created; false if it was there, which is no error
     * @throws IllegalArgumentException if it is not a name that a tree can have
     */
    boolean createTree(String name);

    /**
     * Drops a tree with all its counters. Its snapshot files stay and can be loaded by name.
     *
     * @param name its name
     * @throws TreeNotFoundException if there is no such tree
     */
    void dropTree(String name) throws TreeNotFoundException;

    /**
     * Lists the trees.
     *
     * @return their names in order of creation
     */
    List<String> trees();

    /**
     * Returns the LSN of the last command that changed which trees there are: what {@link #trees} rests on.
     *
     * @return an LSN for {@link #whenDurable}
     */
    long catalogLsn();

    /**
     * Writes a snapshot of one tree while the store goes on. Neither deletes older ones nor cuts the log.
     *
     * @param tree the tree's name
     * @return the file
     * @throws TreeNotFoundException if there is no such tree, or no longer when it is done
     * @throws StorageException if it could not be written; without a directory, always
     */
    SnapshotInfo snapshot(String tree) throws TreeNotFoundException, StorageException;

    /**
     * Writes a snapshot of every tree while the store goes on, then deletes the log that they make needless, and older
     * snapshots.
     *
     * @return what was done, with the trees whose snapshot failed
     * @throws StorageException if nothing could be done; without a directory, always
     */
    CheckpointReport checkpoint() throws StorageException;

    /**
     * Lists the snapshot files in the directory.
     *
     * @return newest first
     */
    List<SnapshotInfo> snapshots();

    /**
     * Replaces a tree by what a snapshot file holds, or creates it.
     *
     * @param file the bare name of a file in the store's directory, or its absolute path as {@link #snapshots} tells it
     * @return the name of the tree
     * @throws SnapshotNameException if it is no such name; nothing outside the directory is touched
     * @throws SnapshotNotFoundException if there is no such file
     * @throws CorruptionException if the file does not hold what it must; the tree is unchanged
     */
    String load(String file) throws SnapshotNameException, SnapshotNotFoundException, CorruptionException;

    /**
     * Reads everything that a restore would read, checks it, and compares the result with memory, while the store goes
     * on.
     *
     * @return what it found
     */
    VerifyReport verify();

    /**
     * Returns the store's figures.
     *
     * @return figures of this moment
     */
    Statistics statistics();

    /**
     * Returns what the store has done since it was opened.
     *
     * @return figures of this moment
     */
    StoreActivity activity();

    /**
     * Says whether the store takes writes.
     *
     * @return the state, with what to do
     */
    StoreHealth health();

    /**
     * Returns what opening the store read.
     *
     * @return the report
     */
    RestoreReport restoreReport();

    /**
     * Returns the current day by the store's clock and time zone.
     *
     * @return {@code YYYYMMDD}
     */
    int today();

    /**
     * Forces everything written so far to the device, whatever the durability.
     *
     * @throws OutcomeUnknownException if that failed
     */
    void sync() throws OutcomeUnknownException;

    /**
     * Says whether commands up to an LSN may be acknowledged. Costs a volatile read, and does not hurry the log: who waits
     * for it uses {@link #whenDurable}.
     *
     * @param lsn an LSN from a {@link Ticket}
     * @return whether the log is durable up to it, as the store's {@link Durability} promises
     */
    boolean isDurable(long lsn);

    /**
     * Tries to make commands up to an LSN durable on this thread, without waiting for another one: for event loops, which
     * are spared a hand-over to the log's thread and being woken by it. With {@link Durability#WRITE} it writes the log.
     * With {@link Durability#FSYNC} it forces it, too, if forces have been taking no longer than the caller can spare.
     *
     * <p>The thread must be one that nobody interrupts, since the JDK closes a file that an interrupted thread is writing
     * to, and a log whose file is closed has failed. Listeners of {@link #whenDurable} may be called on this thread.
     *
     * @param lsn an LSN from a {@link Ticket}
     * @param forceNanosMax how many nanoseconds a force may take, judging by those before; 0 to leave that to the log's
     *     thread
     * @return whether the log is durable up to it; if not, {@link #whenDurable} says when it is
     */
    boolean tryMakeDurable(long lsn, long forceNanosMax);

    /**
     * Calls back once commands up to an LSN may be acknowledged, or never can be.
     *
     * @param lsn an LSN from a {@link Ticket}
     * @param listener called once, at once on this thread if it is durable already
     */
    void whenDurable(long lsn, DurabilityListener listener);

    /**
     * Waits for commands that are under way, forces the log and closes the store. It makes no checkpoint. Closing twice
     * does nothing.
     *
     * @throws OutcomeUnknownException if the log could not be forced
     */
    @Override
    void close() throws OutcomeUnknownException;
}
