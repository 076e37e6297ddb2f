package io.karmadb.counter;

import io.karmadb.HistoryKind;

/** Makes histories. */
final class HistoryFactory {
    private HistoryFactory() {}

    /** Says whether {@link #open} takes long, since it is the first of that kind. */
    static boolean isSlow(HistoryKind kind) {
        return kind == HistoryKind.OFF_HEAP && !OffHeapSupport.isStarted();
    }

    /**
     * Makes an empty history. The first one outside the heap that a process makes takes about half a second; {@link
     * #isSlow} tells.
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
