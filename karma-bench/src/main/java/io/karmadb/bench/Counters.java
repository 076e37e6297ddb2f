package io.karmadb.bench;

/**
 * Something that counts, to be compared: for each key a total, and a bucket for the day if it knows days.
 *
 * <p><b>Threads:</b> any number at once, but for closing.
 */
public interface Counters extends AutoCloseable {
    /**
     * Adds 1.
     *
     * @param key which counter
     * @return the total after it, or anything where asking for it would cost more than counting
     */
    long increment(long key);

    /**
     * Takes 1; what it takes has been added before.
     *
     * @param key which counter
     * @return the total after it, or anything where asking for it would cost more than counting
     */
    long decrement(long key);

    /**
     * Reads a total.
     *
     * @param key which counter; it has been counted before
     * @return the total
     */
    long sum(long key);

    @Override
    void close();
}
