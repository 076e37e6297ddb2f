package io.karmadb;

/**
 * Whether a store takes writes.
 *
 * @param state the state
 * @param message what is wrong and what to do; empty if nothing is
 */
public record StoreHealth(State state, String message) {
    /** The states of a store. */
    public enum State {
        /** Reads and writes are served. */
        OK,
        /** No space is left: reads are served, writes refused until there is. */
        DISK_FULL,
        /** The log has failed: reads are served, writes refused until the store is opened again. */
        FAILED
    }
}
