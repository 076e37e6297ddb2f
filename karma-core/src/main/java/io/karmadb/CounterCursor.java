package io.karmadb;

/**
 * Walks over all keys of a tree, a few hundred at a time, at the pace of whoever reads it. Each key is shown as it was
 * at some moment between the opening of the cursor and {@link #next}; keys that are created meanwhile may be missing.
 * A tree that is dropped or replaced meanwhile is shown as it was.
 *
 * <p>Not safe for use by several threads at once. Holds no lock between calls, but holds memory of the tree until it is
 * closed.
 */
public interface CounterCursor extends AutoCloseable {
    /**
     * Goes to the next key.
     *
     * @return whether there is one
     * @throws StoreClosedException if the store has been closed
     */
    boolean next() throws StoreClosedException;

    /**
     * Returns the key that the cursor stands on.
     *
     * @return the unsigned key
     */
    long key();

    /**
     * Returns the buckets of the key that the cursor stands on.
     *
     * @return a view, valid until {@link #next} or {@link #close}
     */
    Buckets buckets();

    /**
     * Returns the highest LSN that anything shown so far rests on.
     *
     * @return an LSN for {@link KarmaStore#whenDurable}, 0 if nothing was logged yet
     */
    long lsn();

    @Override
    void close();
}
