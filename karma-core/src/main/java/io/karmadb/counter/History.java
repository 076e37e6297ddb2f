package io.karmadb.counter;

/**
 * The buckets of a tree's keys but for each key's current one. A key's <i>locator</i>, kept by the caller beside the
 * key, says where the key has buckets; 0 means that it has none anywhere.
 *
 * <p><b>Shadowing:</b> a key's current bucket lives in the live table, and whatever the history holds for that day is
 * out of date. Readers name that day as {@code exceptDay} and do not see it; 0 excepts nothing.
 *
 * <p><b>Threads:</b> any number at once, for different keys; one at a time for the same key, which the lock of the key's
 * branch sees to. Never a virtual thread's own stack for {@link OffHeapHistory}; that class sees to it itself.
 *
 * <p><b>Failure:</b> a {@code put} that throws has changed nothing.
 */
interface History extends AutoCloseable {
    /** The locator of a key that has no buckets here. */
    int NOWHERE = 0;

    /** The highest bit that a locator may use, plus one. */
    int LOCATOR_BITS = 16;

    /**
     * Puts a bucket, in place of that day's, if there is one.
     *
     * @param key the unsigned key
     * @param locator where the key has buckets
     * @param day a valid {@code YYYYMMDD}
     * @param count the unsigned count
     * @return the new locator
     */
    int put(long key, int locator, int day, long count);

    /**
     * Puts the buckets of a key that has none here yet.
     *
     * @param key the unsigned key
     * @param buckets in ascending order of days
     * @param from the first to put
     * @param to the one after the last to put, above {@code from}
     * @return the key's locator
     */
    int putAll(long key, BucketBuffer buckets, int from, int to);

    /**
     * Appends a key's buckets to a list, in ascending order of days.
     *
     * @param key the unsigned key
     * @param locator where the key has buckets
     * @param first the first day of the range, 0 or more
     * @param last the last day of the range
     * @param exceptDay a day to leave out, or 0
     * @param into receives the buckets
     */
    void collect(long key, int locator, int first, int last, int exceptDay, BucketBuffer into);

    /**
     * Sums a key's buckets.
     *
     * @param key the unsigned key
     * @param locator where the key has buckets
     * @param first the first day of the range, 0 or more
     * @param last the last day of the range
     * @param exceptDay a day to leave out, or 0
     * @return the unsigned sum
     */
    long sum(long key, int locator, int first, int last, int exceptDay);

    /**
     * Has the processor fetch from memory what {@link #sum} or {@link #collect} will look at, as far as it can be guessed
     * without the key's locator, while the caller looks for that. Changes and tells nothing.
     *
     * @param key the unsigned key
     * @param first the first day of the range, 0 or more
     * @param last the last day of the range
     */
    void prefetch(long key, int first, int last);

    /**
     * Removes a key's buckets in a range.
     *
     * @param key the unsigned key
     * @param locator where the key has buckets
     * @param first the first day of the range, 0 or more
     * @param last the last day of the range
     * @return the new locator
     */
    int delete(long key, int locator, int first, int last);

    /**
     * Returns the memory taken.
     *
     * @return bytes, estimated
     */
    long bytes();

    /** Frees the memory. No other call may be under way, and none may follow. */
    @Override
    void close();
}
