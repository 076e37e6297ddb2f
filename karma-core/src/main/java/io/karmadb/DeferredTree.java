package io.karmadb;

/**
 * The commands of a {@link Tree} without the wait for durability: for servers that acknowledge later, when
 * {@link KarmaStore#whenDurable} says so for {@link Ticket#lsn()}. A result must not be told to anyone before that.
 *
 * <p>Every command returns whether it was carried out. With a ticket that {@linkplain Ticket#neverWaiting() never
 * waits} it returns {@code false}, having changed nothing, where it would have to wait for a lock, for room in the log's
 * buffer, or for the creation of the tree; call it again, then, with a ticket that waits, on a thread that may.
 *
 * <p>Safe for any number of threads, each with a ticket of its own. Allocates nothing but the buckets that
 * {@code find} leaves. Errors are those of the same command of {@link Tree}.
 */
public interface DeferredTree {
    /**
     * Has the processor fetch from memory what the next command on a key will look at first. Changes nothing and needs
     * nothing. Of use where many keys are known before the first command: their reads of memory then overlap, while those
     * of one command after the other do not. Call it for all of them in a loop, then the commands.
     *
     * @param key the unsigned key
     */
    void prefetch(long key);

    /**
     * Adds 1 to today's bucket; leaves the new total.
     *
     * @param key the unsigned key
     * @param ticket receives the result
     * @return whether it was carried out
     */
    boolean increment(long key, Ticket ticket);

    /**
     * Takes 1 from today's bucket if it holds any; leaves the amount taken, 0 or 1.
     *
     * @param key the unsigned key
     * @param ticket receives the result
     * @return whether it was carried out
     */
    boolean decrement(long key, Ticket ticket);

    /**
     * Makes the bucket of a given day hold exactly a count; leaves the new total.
     *
     * @param key the unsigned key
     * @param day a day of the calendar, {@code YYYYMMDD}, not after {@link KarmaStore#today}
     * @param count unsigned
     * @param ticket receives the result
     * @return whether it was carried out
     */
    boolean set(long key, int day, long count, Ticket ticket);

    /**
     * Leaves the key's total, 0 for a key that is not there.
     *
     * @param key the unsigned key
     * @param ticket receives the result
     * @return whether it was carried out
     */
    boolean sum(long key, Ticket ticket);

    /**
     * Leaves the sum of the key's buckets in a range.
     *
     * @param key the unsigned key
     * @param range the days
     * @param ticket receives the result
     * @return whether it was carried out
     */
    boolean sum(long key, DayRange range, Ticket ticket);

    /**
     * Leaves the key's buckets in a range.
     *
     * @param key the unsigned key
     * @param range the days
     * @param ticket receives the result
     * @return whether it was carried out
     */
    boolean find(long key, DayRange range, Ticket ticket);

    /**
     * Removes the key's buckets in a range.
     *
     * @param key the unsigned key
     * @param range the days
     * @param ticket receives the LSN
     * @return whether it was carried out
     */
    boolean delete(long key, DayRange range, Ticket ticket);

    /**
     * Removes all buckets of the key.
     *
     * @param key the unsigned key
     * @param ticket receives the LSN
     * @return whether it was carried out
     */
    boolean reset(long key, Ticket ticket);
}
