package io.karmadb.counter;

import java.util.concurrent.atomic.AtomicLong;

/** A journal that gives each command the next LSN, and forgets it. Safe for any number of threads. */
public class NumberingJournal implements Journal {
    private final AtomicLong lsn;

    /** Makes a journal whose first LSN is the one after {@code lsn}. */
    public NumberingJournal(long lsn) {
        this.lsn = new AtomicLong(lsn);
    }

    /** Returns the last LSN given out. */
    public long lsn() {
        return lsn.get();
    }

    @Override
    public long increment(long key, int day, long count) {
        return lsn.incrementAndGet();
    }

    @Override
    public long decrement(long key, int day, long count) {
        return lsn.incrementAndGet();
    }

    @Override
    public long decrementOfNothing(long key, int day) {
        return lsn.incrementAndGet();
    }

    @Override
    public long set(long key, int day, long count) {
        return lsn.incrementAndGet();
    }

    @Override
    public long delete(long key, int first, int last) {
        return lsn.incrementAndGet();
    }

    @Override
    public long deleteAll(int first, int last) {
        return lsn.incrementAndGet();
    }

    @Override
    public long reset(long key) {
        return lsn.incrementAndGet();
    }

    @Override
    public long resetAll() {
        return lsn.incrementAndGet();
    }
}
