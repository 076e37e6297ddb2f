package io.karmadb.counter;

/**
 * Records a command before it is applied. Called under the lock of the key's branch, for the commands of a whole tree
 * under those of all branches, and for increments of a tree with {@linkplain CounterTree#useKeyLocks key locks} under that of
 * the key; so it must be short and must not wait.
 *
 * <p>A method returns the command's LSN, or {@link #NO_ROOM}: then nothing was recorded, nothing is applied, and the
 * caller comes again when there is room. If it throws, nothing was recorded either. Once it has returned an LSN the
 * command is applied.
 */
public interface Journal {
    /** There is no room at the moment; nothing was recorded. */
    long NO_ROOM = -1;

    /**
     * Records that a bucket has grown.
     *
     * @param key the unsigned key
     * @param day the bucket's day
     * @param count what the bucket holds after it, unsigned
     * @return the LSN or {@link #NO_ROOM}
     */
    long increment(long key, int day, long count);

    /**
     * Records that a bucket has shrunk, or stays at 0.
     *
     * @param key the unsigned key
     * @param day the bucket's day
     * @param count what the bucket holds after it, unsigned
     * @return the LSN or {@link #NO_ROOM}
     */
    long decrement(long key, int day, long count);

    /**
     * Records a decrement that found no bucket, and at most created the key.
     *
     * @param key the unsigned key
     * @param day the day of the bucket that is not there
     * @return the LSN or {@link #NO_ROOM}
     */
    long decrementOfNothing(long key, int day);

    /**
     * Records that a bucket has been set.
     *
     * @param key the unsigned key
     * @param day the bucket's day
     * @param count what the bucket holds after it, unsigned
     * @return the LSN or {@link #NO_ROOM}
     */
    long set(long key, int day, long count);

    /**
     * Records the removal of a key's buckets in a range.
     *
     * @param key the unsigned key
     * @param first the first day, 0 or more
     * @param last the last day
     * @return the LSN or {@link #NO_ROOM}
     */
    long delete(long key, int first, int last);

    /**
     * Records the removal of all keys' buckets in a range.
     *
     * @param first the first day, 0 or more
     * @param last the last day
     * @return the LSN or {@link #NO_ROOM}
     */
    long deleteAll(int first, int last);

    /**
     * Records the removal of a key's buckets.
     *
     * @param key the unsigned key
     * @return the LSN or {@link #NO_ROOM}
     */
    long reset(long key);

    /**
     * Records the removal of all keys' buckets.
     *
     * @return the LSN or {@link #NO_ROOM}
     */
    long resetAll();
}
