package io.karmadb.engine;

import io.karmadb.counter.CounterTree;
import io.karmadb.snapshot.SnapshotFile;

/** A living tree: its counters, and what a restore of it starts from. */
final class TreeState {
    final String name;
    final CounterTree counters;
    final TreeJournal journal;

    /** Whether nobody has to wait for a command that has been recorded. */
    final boolean durableAtOnce;

    /** The LSN of the command that made it; set before it can be found. */
    private long bornLsn;

    /** Lines above this LSN are to be replayed on {@link #base}. Guarded by the lock of {@link Trees}. */
    private long lsn;

    /** The file that a restore starts from, null for an empty tree. Guarded by the lock of {@link Trees}. */
    private SnapshotFile base;

    /** Whether the log tells that the tree exists, or a base does. Guarded by the lock of {@link Trees}. */
    private boolean recorded;

    /** Whether the base holds changes that were never logged. Guarded by the lock of {@link Trees}. */
    private boolean unlogged;

    TreeState(String name, CounterTree counters, CommandLog log) {
        this.name = name;
        this.counters = counters;
        this.journal = new TreeJournal(name, log);
        durableAtOnce = log.isDurableAtOnce();
        counters.onBroken(log::markBroken);
        if (!log.isOn()) {
            counters.useKeyLocks();
        }
    }

    long bornLsn() {
        return bornLsn;
    }

    long lsn() {
        return lsn;
    }

    SnapshotFile base() {
        return base;
    }

    boolean isUnlogged() {
        return unlogged;
    }

    boolean isRecorded() {
        return recorded;
    }

    /** Notes a file that a restore can start from from now on. */
    void restsOn(SnapshotFile file, long fileLsn, boolean holdsUnlogged) {
        base = file;
        lsn = fileLsn;
        unlogged = holdsUnlogged;
        recorded = true;
    }

    /** Notes that the tree was restored, or loaded, on a file or on nothing. */
    void beganOn(SnapshotFile file, long fileLsn, boolean holdsUnlogged, long born) {
        bornLsn = born;
        restsOn(file, fileLsn, holdsUnlogged);
    }

    /** Notes that the tree began empty, with a command of that LSN if it was logged. */
    void beganEmpty(long firstLsn, boolean logged) {
        bornLsn = firstLsn;
        lsn = logged ? firstLsn - 1 : firstLsn;
        recorded = logged;
    }
}
