package io.karmadb;

import java.util.concurrent.Executor;

/**
 * A named collection of counters. A handle stands for a name: it may be kept and shared, and costs nothing to make.
 * Writing through it creates the tree if it is missing; reading a tree that is missing fails.
 *
 * <p><b>Counters.</b> A key has one bucket per day and a total, which is the sum of its buckets. All are unsigned
 * 64-bit. A key comes to be with the first write that names it and stays until its tree is dropped.
 *
 * <p><b>Threads.</b> Safe for any number of threads, which run side by side where their keys lie in different branches.
 * Writes to one key take effect in one order, which is also their order in the log.
 *
 * <p><b>Durability.</b> A write returns when it survives what the store's {@link Durability} says; {@link #batch} waits
 * once for many, {@link #async} calls back. Reads may show what other threads have written and still wait for.
 */
public interface Tree extends TreeWriter {
    /**
     * Returns the tree's name.
     *
     * @return the name, as given
     */
    String name();

    /**
     * Returns a key's total.
     *
     * @param key the unsigned key
     * @return the unsigned total, 0 for a key that is not there
     * @throws TreeNotFoundException if there is no such tree
     */
    long sum(long key) throws TreeNotFoundException;

    /**
     * Returns the sum of a key's buckets in a range.
     *
     * @param key the unsigned key
     * @param range the days
     * @return the unsigned sum, 0 for a key that is not there
     * @throws TreeNotFoundException if there is no such tree
     */
    long sum(long key, DayRange range) throws TreeNotFoundException;

    /**
     * Returns a key's buckets in a range.
     *
     * @param key the unsigned key
     * @param range the days
     * @return an immutable copy, empty for a key that is not there
     * @throws TreeNotFoundException if there is no such tree
     */
    Buckets find(long key, DayRange range) throws TreeNotFoundException;

    /**
     * Shows every key, in no particular order, with its buckets in a range; also keys without any.
     *
     * @param range the days
     * @param visitor called for each key on this thread, no lock being held
     * @throws TreeNotFoundException if there is no such tree
     */
    void find(DayRange range, CounterVisitor visitor) throws TreeNotFoundException;

    /**
     * Opens a cursor over every key with its buckets in a range, for callers that want to set the pace.
     *
     * @param range the days
     * @return a cursor, to be closed
     * @throws TreeNotFoundException if there is no such tree
     */
    CounterCursor cursor(DayRange range) throws TreeNotFoundException;

    /**
     * Returns the number of keys.
     *
     * @return 0 or more; writes that are under way may or may not be counted
     * @throws TreeNotFoundException if there is no such tree
     */
    long keyCount() throws TreeNotFoundException;

    /**
     * Returns a batch: many writes, and one wait for all of them.
     *
     * @return a new batch, to be closed
     */
    Batch batch();

    /**
     * Returns the writes as asynchronous ones, whose stages the JDK's own executor completes: as a rule the
     * common pool.
     *
     * @return a view of the same tree, to be kept and shared like this one
     */
    AsyncTree async();

    /**
     * Returns the writes as asynchronous ones, whose stages are completed by an executor.
     *
     * @param executor completes stages, and so runs what depends on them; where it throws, the JDK's own one does. It must
     *     hand over to another thread if what depends on the stages waits for the store: the calling one may be the log's
     * @return a view of the same tree, to be kept and shared like this one
     */
    AsyncTree async(Executor executor);

    /**
     * Returns the commands that do not wait for durability, for event loops.
     *
     * @return a view of the same tree
     */
    DeferredTree deferred();
}
