package io.karmadb;

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
 * <p><b>Durability.</b> A write returns when it survives what the store's {@link Durability} says. Reads may show what
 * other threads have written and still wait for.
 *
 * <p><b>Errors.</b> Every write can throw {@link LogFailedException} and {@link DiskFullException} (nothing was
 * changed), {@link OutcomeUnknownException} (it was applied in memory, but whether it is on disk is unknown) and
 * {@link StoreClosedException}.
 */
public interface Tree {
    /**
     * Returns the tree's name.
     *
     * @return the name, as given
     */
    String name();

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

    /**
     * Returns the number of keys.
     *
     * @return 0 or more; writes that are under way may or may not be counted
     * @throws TreeNotFoundException if there is no such tree
     */
    long keyCount() throws TreeNotFoundException;

    /**
     * Returns the commands that do not wait for durability.
     *
     * @return a view of the same tree
     */
    DeferredTree deferred();
}
