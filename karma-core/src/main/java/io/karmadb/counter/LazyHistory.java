package io.karmadb.counter;

import io.karmadb.HistoryKind;

/** A tree's history, made when the first bucket is put into it: most trees of a small store never need one. */
final class LazyHistory {
    private final HistoryKind kind;
    private volatile History opened;

    LazyHistory(HistoryKind kind) {
        this.kind = kind;
    }

    /** Returns the history, made if it is not there. */
    History open() {
        History present = opened;
        return present != null ? present : make();
    }

    /** Says whether {@link #open} takes long. */
    boolean opensSlowly() {
        return opened == null && HistoryFactory.isSlow(kind);
    }

    /** Returns the history, or null if it was never needed; it is there if a locator says so. */
    History opened() {
        return opened;
    }

    long bytes() {
        History present = opened;
        return present == null ? 0 : present.bytes();
    }

    void close() {
        History present = opened;
        if (present != null) {
            present.close();
        }
    }

    private synchronized History make() {
        if (opened == null) {
            opened = HistoryFactory.open(kind);
        }
        return opened;
    }
}
