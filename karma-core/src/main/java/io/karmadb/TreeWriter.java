package io.karmadb;

/**
 * The commands that change a tree's counters: of a {@link Tree}, each of which waits until it is durable, or of a
 * {@link Batch}, which waits once for all. A write to a tree that is missing creates it.
 *
 * <p><b>Errors.</b> Every write can throw {@link LogFailedException} and {@link DiskFullException} (nothing was
 * changed), {@link StoreClosedException} and, where it waits to be durable, {@link OutcomeUnknownException} (it was applied
 * in memory, but whether it is on disk is unknown).
 */
public interface TreeWriter {
    /**
     * Adds 1 to today's bucket.
     *
     * @param key the unsigned key
     * @return the unsigned total after it
     * @throws CounterOverflowException if the total would pass 2^64-1; nothing was changed and nothing logged
     */
    long increment(long key) throws CounterOverflowException;

    /**
     * Adds an amount to today's bucket.
     *
     * @param key the unsigned key
     * @param amount unsigned, not 0
     * @return the unsigned total after it
     * @throws CounterOverflowException if the total would pass 2^64-1; nothing was changed and nothing logged
     * @throws IllegalArgumentException if the amount is 0
     */
    long increment(long key, long amount) throws CounterOverflowException;

    /**
     * Adds an amount to the bucket of a given day.
     *
     * @param day a day of the calendar, {@code YYYYMMDD}
     * @param key the unsigned key
     * @param amount unsigned, not 0
     * @return the unsigned total after it
     * @throws CounterOverflowException if the total would pass 2^64-1; nothing was changed and nothing logged
     * @throws IllegalArgumentException if the amount is 0 or there is no such day
     */
    long incrementOn(int day, long key, long amount) throws CounterOverflowException;

    /**
     * Takes 1 from today's bucket if it holds any. Other days are not touched.
     *
     * @param key the unsigned key
     * @return the amount taken, 0 or 1
     */
    long decrement(long key);

    /**
     * Takes an amount, or what there is, from today's bucket. Other days are not touched.
     *
     * @param key the unsigned key
     * @param amount unsigned, not 0
     * @return the amount taken, unsigned, at most {@code amount}
     * @throws IllegalArgumentException if the amount is 0
     */
    long decrement(long key, long amount);

    /**
     * Takes an amount, or what there is, from the bucket of a given day.
     *
     * @param day a day of the calendar, {@code YYYYMMDD}
     * @param key the unsigned key
     * @param amount unsigned, not 0
     * @return the amount taken, unsigned, at most {@code amount}
     * @throws IllegalArgumentException if the amount is 0 or there is no such day
     */
    long decrementOn(int day, long key, long amount);

    /**
     * Makes the bucket of a given day hold exactly a count, whatever it held, and moves the total by the difference. Doing
     * it again changes nothing, so that an import may be repeated. For counts from elsewhere: what is counted meanwhile
     * in that bucket is replaced.
     *
     * @param key the unsigned key
     * @param day a day of the calendar, {@code YYYYMMDD}, not after {@link KarmaStore#today}
     * @param count unsigned; 0 leaves a bucket that holds 0
     * @return the unsigned total after it
     * @throws CounterOverflowException if the total would pass 2^64-1; nothing was changed and nothing logged
     * @throws FutureDayException if the day has not come yet
     * @throws IllegalArgumentException if there is no such day
     */
    long set(long key, int day, long count) throws CounterOverflowException, FutureDayException;

    /**
     * Removes a key's buckets in a range; creates the key if it is missing.
     *
     * @param key the unsigned key
     * @param range the days
     */
    void delete(long key, DayRange range);

    /**
     * Removes the buckets of all keys in a range, at one moment for all of them.
     *
     * @param range the days
     */
    void delete(DayRange range);

    /**
     * Removes all buckets of a key; creates the key if it is missing.
     *
     * @param key the unsigned key
     */
    void reset(long key);

    /** Removes all buckets of all keys, at one moment for all of them; the keys stay. */
    void reset();
}
