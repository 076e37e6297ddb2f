package io.karmadb.counter;

import io.karmadb.HistoryKind;

/** Makes histories. */
final class HistoryFactory {
    private HistoryFactory() {}

    /**
     * Makes an empty history. The first one outside the heap that a process makes takes about half a second, unless
     * {@link OffHeapSupport#warmUp} has been called.
     *
     * @param kind where it keeps its buckets
     * @return the history, to be closed
     * @throws io.karmadb.MissingJvmFlagsException if that kind needs JVM flags that are missing
     */
    static History open(HistoryKind kind) {
        return switch (kind) {
            case ON_HEAP -> new OnHeapHistory();
            case OFF_HEAP -> {
                OffHeapSupport.start();
                yield new OffHeapHistory();
            }
        };
    }
}
