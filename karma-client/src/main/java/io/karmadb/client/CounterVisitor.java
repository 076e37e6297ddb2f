package io.karmadb.client;

/** Is shown the keys of a tree, one after the other. */
@FunctionalInterface
public interface CounterVisitor {
    /**
     * Looks at a key. The server waits meanwhile, so this may take as long as it likes; but a write timeout of the server
     * (five seconds by default) ends the answer of one who takes nothing for that long.
     *
     * @param key unsigned
     * @param days its buckets in the range; possibly none
     * @return false to see no more
     */
    boolean visit(long key, DayCounts days);
}
