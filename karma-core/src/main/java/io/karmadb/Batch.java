package io.karmadb;

/**
 * Many writes to a tree, and one group commit for all of them: for jobs that count a lot at once, and would otherwise wait
 * for the device at every count.
 *
 * <pre>{@code
 * try (Batch batch = tree.batch()) {
 *     for (long link : clicked) {
 *         batch.increment(link);
 *     }
 *     batch.commit();
 *     // only now may anybody be told that these clicks are counted
 * }
 * }</pre>
 *
 * <p><b>No transaction.</b> Each write takes effect in memory when it is called, in the order of the calls, and other
 * threads see it from then on; there is no going back. After a crash before {@link #commit} has returned, the store has
 * the first so many of the writes since the commit before: all, some or none of them. So a job that is repeated after a
 * crash should know by itself how far it got, or {@linkplain #set set} buckets rather than increment them.
 *
 * <p><b>Memory.</b> A batch holds nothing back, and may be as long as one likes. One that grows beyond the log's buffer is
 * written on the way.
 *
 * <p><b>Threads.</b> A batch is for one thread at a time. What other threads write meanwhile is committed along with it.
 */
public interface Batch extends TreeWriter, AutoCloseable {
    /**
     * Waits until all writes so far survive what the store's {@link Durability} says. The batch can be used on.
     *
     * @throws OutcomeUnknownException if the log has failed: the writes were applied in memory, but which of those since the
     *     commit before are on disk is unknown
     */
    void commit() throws OutcomeUnknownException;

    /**
     * Commits what has not been committed, also if the writing ended in an exception: what was written before that stays.
     * There is nothing else to give back.
     *
     * @throws OutcomeUnknownException as {@link #commit}
     */
    @Override
    void close() throws OutcomeUnknownException;
}
