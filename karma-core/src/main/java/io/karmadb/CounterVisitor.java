package io.karmadb;

/** Receives the counters of a tree, one after the other. */
@FunctionalInterface
public interface CounterVisitor {
    /**
     * Called for every key. No lock of the store is held, so it may take its time and may call the store.
     *
     * @param key the unsigned key
     * @param buckets its buckets in the range asked for; a view, valid only during the call
     */
    void visit(long key, Buckets buckets);
}
