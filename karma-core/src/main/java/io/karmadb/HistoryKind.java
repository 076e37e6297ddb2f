package io.karmadb;

/** Where a store keeps the buckets of other days than the one that a key was last written on. */
public enum HistoryKind {
    /**
     * Outside the Java heap, in Chronicle Map: for many keys with many days. Needs the JVM flags
     * {@code --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.lang.reflect=ALL-UNNAMED}; without
     * them {@link KarmaStore#open} says so.
     */
    OFF_HEAP,

    /** On the Java heap: needs no flags; for small stores and tests. */
    ON_HEAP
}
