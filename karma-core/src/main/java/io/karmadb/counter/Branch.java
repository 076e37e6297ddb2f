package io.karmadb.counter;

import io.karmadb.Buckets;
import io.karmadb.Day;
import io.karmadb.Ticket;
import io.karmadb.lock.BriefLock;
import java.util.function.Consumer;

/**
 * One part of a tree's keys, with the lock that guards them, which it is itself, so that there is one object less to look at.
 * Every method but {@link #incrementCurrent}, {@link #readTotal}, {@link #totalUnlocked} and {@link #prefetch} is called
 * under that lock.
 *
 * <p>A command first does all that can fail, then records itself in the journal, then applies itself. For increments,
 * decrements and sets the last step is plain stores. What can fail before it changes nothing that can be read: room in the
 * table, and {@link #putCurrentAside}.
 */
final class Branch extends BriefLock {
    private static final Buckets NOTHING = new BucketBuffer().copy();

    private final LiveTable table;
    private final LazyHistory history;
    private final Consumer<Throwable> brokenListener;
    private final BucketBuffer scratch = new BucketBuffer();

    /** The LSN of the last command on this branch. */
    private long lastLsn;

    /** Commands of the whole tree, oldest first, that are recorded and not carried out here yet. */
    private PendingDelete pending;

    private boolean closedOff;
    private boolean keyLocks;

    /**
     * Makes an empty branch.
     *
     * @param seed of the table's hash
     * @param history of the tree
     * @param brokenListener told when a recorded command could not be applied
     */
    Branch(long seed, LazyHistory history, Consumer<Throwable> brokenListener) {
        this.table = new LiveTable(seed);
        this.history = history;
        this.brokenListener = brokenListener;
    }

    /** Gives each key a lock, from now on. To be called before other threads know the branch. */
    void useKeyLocks() {
        keyLocks = true;
        table.useKeyLocks();
    }

    /** Gives back the branch's lock, and the key's that the command took besides. Throws nothing. */
    void leave() {
        table.letGo();
        release();
    }

    /** Has a key's place in the table fetched from memory; what is there does not matter. */
    void prefetch(long key) {
        table.prefetch(key);
    }

    /**
     * Reads a key's total without the lock, as a guess that is checked afterwards.
     *
     * @return false if it has to be read under the lock; then the ticket is unchanged
     */
    boolean readTotal(long key, Ticket ticket) {
        long seen = tryOptimisticRead();
        if (seen == 0) {
            return false;
        }
        long total = table.totalUnlocked(key, this, seen);
        long lsn = lastLsn;
        boolean plain = pending == null && !closedOff;
        if (!plain || !validate(seen)) {
            return false;
        }
        ticket.raiseLsn(lsn);
        ticket.setValue(total);
        return true;
    }

    /**
     * Reads a key's total without the lock and without an LSN, for who does not ask how durable it is.
     *
     * @return the total; {@link CounterTree#UNKNOWN} if it has to be read under the lock
     */
    long totalUnlocked(long key) {
        long seen = tryOptimisticRead();
        if (seen == 0 || pending != null || closedOff) {
            return CounterTree.UNKNOWN;
        }
        long total = table.totalUnlocked(key, this, seen);
        return validate(seen) ? total : CounterTree.UNKNOWN;
    }

    /** Says what keeps a command from this branch, or {@link Outcome#DONE} if nothing does, pending ones being done. */
    Outcome enter(boolean mayWait) {
        if (closedOff) {
            return Outcome.CLOSED_OFF;
        }
        if (pending != null) {
            if (!mayWait) {
                return Outcome.WOULD_WAIT;
            }
            carryOut();
        }
        return Outcome.DONE;
    }

    /**
     * Adds to a bucket that is its key's current one, which is what nearly all increments do: with as few instructions as
     * possible, since a processor waits for the cache misses of as many increments at a time as it has room for their
     * instructions.
     *
     * @return the new total; {@link CounterTree#UNKNOWN} if it did nothing, {@link #increment} has to then
     */
    long incrementCurrent(long key, int day, long amount, Journal journal) {
        return keyLocks
                ? incrementUnderKeyLock(key, day, amount, journal)
                : incrementUnderLock(key, day, amount, journal);
    }

    /**
     * The increment where nothing is recorded, so that there is no order of LSNs to keep and no last LSN to note: it touches
     * nothing that an increment of another key touches. What is pending, or that the branch is closed off, has to be looked
     * at after the key's lock has been taken: who does not see it then is over before the key's lock is taken to carry it
     * out, or to copy what was there.
     */
    private long incrementUnderKeyLock(long key, int day, long amount, Journal journal) {
        int at = table.lockKey(key);
        if (at < 0) {
            return CounterTree.UNKNOWN;
        }
        try {
            return pending != null || closedOff ? CounterTree.UNKNOWN : add(key, at, day, amount, journal);
        } finally {
            table.unlockKey(at);
        }
    }

    /**
     * The increment where it is recorded. The key is looked for before the lock is taken, and what was found holds if nobody
     * has had the lock meanwhile; so nobody else waits for that cache miss, nor for a thread that the scheduler puts aside
     * during it.
     */
    private long incrementUnderLock(long key, int day, long amount, Journal journal) {
        long seen = tryOptimisticRead();
        if (seen == 0 || pending != null || closedOff) {
            return CounterTree.UNKNOWN;
        }
        int at = table.findUnlocked(key, this, seen);
        if (at < 0 || !tryTake(seen)) {
            return CounterTree.UNKNOWN;
        }
        try {
            return add(key, at, day, amount, journal);
        } finally {
            release();
        }
    }

    /** Adds to a current bucket. With a key's lock alone the LSN stands still, so that it does not matter who notes it. */
    private long add(long key, int at, int day, long amount, Journal journal) {
        long total = table.total(at) + amount;
        long count = table.count(at) + amount;
        if (table.day(at) != day || Long.compareUnsigned(total, amount) < 0 || total == CounterTree.UNKNOWN) {
            return CounterTree.UNKNOWN;
        }
        long lsn = journal.increment(key, day, count);
        if (lsn == Journal.NO_ROOM) {
            return CounterTree.UNKNOWN;
        }
        table.setTotal(at, total);
        table.setCount(at, count);
        raiseLsn(lsn);
        return total;
    }

    Outcome increment(long key, int day, long amount, Journal journal, Ticket ticket) {
        int at = table.find(key);
        long total = 0;
        long count = 0;
        if (at < 0) {
            table.reserve();
        } else {
            total = table.total(at);
            if (U64.sumOverflows(total, amount)) {
                ticket.setValue(total);
                return Outcome.OVERFLOW;
            }
            // Said here, too, since a method that is not hot while a tree is being filled is not inlined later.
            if (table.day(at) == day) {
                count = table.count(at);
            } else if (mustNotWaitForHistory(at, ticket)) {
                return Outcome.WOULD_WAIT;
            } else {
                count = countToChange(at, day);
            }
        }
        long lsn = journal.increment(key, day, count + amount);
        if (lsn == Journal.NO_ROOM) {
            return Outcome.NO_ROOM;
        }
        if (at < 0) {
            at = table.insert(key);
        }
        table.setTotal(at, total + amount);
        table.setCurrent(at, day, count + amount);
        ticket.setValue(total + amount);
        return done(lsn, ticket);
    }

    Outcome decrement(long key, int day, long amount, Journal journal, Ticket ticket) {
        int at = table.find(key);
        if (at < 0) {
            table.reserve();
        }
        boolean found = at >= 0 && hasBucket(at, day);
        long count = found ? countToChange(at, day) : 0;
        long taken = U64.min(count, amount);
        long lsn = found ? journal.decrement(key, day, count - taken) : journal.decrementOfNothing(key, day);
        if (lsn == Journal.NO_ROOM) {
            return Outcome.NO_ROOM;
        }
        if (at < 0) {
            table.insert(key);
        } else if (found) {
            table.setTotal(at, table.total(at) - taken);
            table.setCurrent(at, day, count - taken);
        }
        ticket.setValue(taken);
        return done(lsn, ticket);
    }

    Outcome set(long key, int day, long count, Journal journal, Ticket ticket) {
        int at = table.find(key);
        long others = 0;
        if (at < 0) {
            table.reserve();
        } else if (table.day(at) != day && mustNotWaitForHistory(at, ticket)) {
            return Outcome.WOULD_WAIT;
        } else {
            others = table.total(at) - countToChange(at, day);
            if (U64.sumOverflows(others, count)) {
                ticket.setValue(others);
                return Outcome.OVERFLOW;
            }
        }
        long lsn = journal.set(key, day, count);
        if (lsn == Journal.NO_ROOM) {
            return Outcome.NO_ROOM;
        }
        if (at < 0) {
            at = table.insert(key);
        }
        table.setTotal(at, others + count);
        table.setCurrent(at, day, count);
        ticket.setValue(others + count);
        return done(lsn, ticket);
    }

    Outcome delete(long key, int first, int last, Journal journal, Ticket ticket) {
        int at = findOrReserve(key);
        long lsn = journal.delete(key, first, last);
        return remove(key, at, first, last, lsn, ticket);
    }

    Outcome reset(long key, Journal journal, Ticket ticket) {
        int at = findOrReserve(key);
        long lsn = journal.reset(key);
        return remove(key, at, 0, Integer.MAX_VALUE, lsn, ticket);
    }

    private int findOrReserve(long key) {
        int at = table.find(key);
        if (at < 0) {
            table.reserve();
        }
        return at;
    }

    private Outcome remove(long key, int at, int first, int last, long lsn, Ticket ticket) {
        if (lsn == Journal.NO_ROOM) {
            return Outcome.NO_ROOM;
        }
        if (at < 0) {
            table.insert(key);
        } else {
            removeRecorded(at, first, last);
        }
        return done(lsn, ticket);
    }

    private Outcome done(long lsn, Ticket ticket) {
        raiseLsn(lsn);
        ticket.raiseLsn(lsn);
        return Outcome.DONE;
    }

    Outcome sum(long key, int first, int last, Ticket ticket) {
        prefetchHistory(key, first, last);
        int at = table.find(key);
        ticket.setValue(at < 0 ? 0 : sumOfRange(at, first, last));
        ticket.raiseLsn(lastLsn);
        return Outcome.DONE;
    }

    Outcome find(long key, int first, int last, Ticket ticket) {
        prefetchHistory(key, first, last);
        int at = table.find(key);
        if (at < 0) {
            ticket.setBuckets(NOTHING);
        } else {
            scratch.clear();
            collect(at, first, last, scratch);
            ticket.setBuckets(scratch.copy());
        }
        ticket.raiseLsn(lastLsn);
        return Outcome.DONE;
    }

    /** Leaves a removal pending: it has been recorded and counts as done. */
    void addPending(int first, int last, long lsn) {
        PendingDelete added = new PendingDelete(first, last);
        if (pending == null) {
            pending = added;
        } else {
            PendingDelete end = pending;
            while (end.next != null) {
                end = end.next;
            }
            end.next = added;
        }
        raiseLsn(lsn);
    }

    /** Carries out what is pending. */
    void carryOut() {
        while (pending != null) {
            for (int at = table.next(0); at >= 0; at = table.next(LiveTable.after(at))) {
                removeRecorded(at, pending.first, pending.last);
            }
            pending = pending.next;
        }
    }

    void closeOff() {
        closedOff = true;
    }

    boolean contains(long key) {
        return table.contains(key);
    }

    long[] keys() {
        return table.keys();
    }

    int keyCount() {
        return table.size();
    }

    long bytes() {
        return table.bytes();
    }

    void copy(long[] keys, int from, int to, int first, int last, CounterBatch into) {
        carryOut();
        for (int i = from; i < to; i++) {
            int at = table.find(keys[i]);
            collect(at, first, last, into.bucketsToFill());
            into.add(keys[i], table.total(at));
        }
        into.setLsn(lastLsn);
    }

    boolean restore(long key, BucketBuffer buckets) {
        if (table.contains(key)) {
            return false;
        }
        table.reserve();
        int newest = buckets.size() - 1;
        int locator = newest < 1 ? History.NOWHERE : history.open().putAll(key, buckets, 0, newest);
        int at = table.insert(key);
        table.setTotal(at, buckets.sum());
        table.setLocator(at, locator);
        if (newest >= 0) {
            table.setCurrent(at, buckets.day(newest), buckets.count(newest));
        }
        return true;
    }

    void replayTouch(long key, long lsn) {
        if (findOrReserve(key) < 0) {
            table.insert(key);
        }
        raiseLsn(lsn);
    }

    void replaySet(long key, int day, long count, long lsn) {
        carryOut();
        int at = table.find(key);
        if (at < 0) {
            table.reserve();
            at = table.insert(key);
        }
        long former = countToChange(at, day);
        table.setTotal(at, table.total(at) + count - former);
        table.setCurrent(at, day, count);
        raiseLsn(lsn);
    }

    private void raiseLsn(long lsn) {
        if (lsn > lastLsn) {
            lastLsn = lsn;
        }
    }

    /** Says whether {@link #putCurrentAside} would take longer than a ticket allows. */
    private boolean mustNotWaitForHistory(int at, Ticket ticket) {
        return !ticket.mayWait() && table.day(at) != 0 && history.opensSlowly();
    }

    /**
     * Returns a bucket's count, 0 if there is none, and sees to it that the bucket can become the current one by plain
     * stores.
     */
    private long countToChange(int at, int day) {
        if (table.day(at) == day) {
            return table.count(at);
        }
        int locator = table.locator(at);
        long count = locator == History.NOWHERE ? 0 : history.opened().sum(table.key(at), locator, day, day, 0);
        putCurrentAside(at);
        return count;
    }

    /**
     * Puts the current bucket into history, where it stays out of sight until another day becomes the current one, since
     * the live table has the say on its day. So this may come before a command that can still fail.
     */
    private void putCurrentAside(int at) {
        int day = table.day(at);
        if (day != 0) {
            table.setLocator(at, history.open().put(table.key(at), table.locator(at), day, table.count(at)));
        }
    }

    private boolean hasBucket(int at, int day) {
        int current = table.day(at);
        if (current == day) {
            return true;
        }
        int locator = table.locator(at);
        if (locator == History.NOWHERE) {
            return false;
        }
        scratch.clear();
        history.opened().collect(table.key(at), locator, day, day, current, scratch);
        return scratch.size() == 1;
    }

    private long sumOfRange(int at, int first, int last) {
        if (first <= Day.MIN && last >= Day.MAX) {
            return table.total(at);
        }
        int current = table.day(at);
        long sum = current != 0 && first <= current && current <= last ? table.count(at) : 0;
        int locator = table.locator(at);
        return locator == History.NOWHERE
                ? sum
                : sum + history.opened().sum(table.key(at), locator, first, last, current);
    }

    /** Overlaps the cache misses of the history with that of the table. Most ranges of a day or two are about today. */
    private void prefetchHistory(long key, int first, int last) {
        History opened = history.opened();
        if (opened != null && last > first) {
            opened.prefetch(key, first, last);
        }
    }

    private void collect(int at, int first, int last, BucketBuffer into) {
        int start = into.size();
        int current = table.day(at);
        int locator = table.locator(at);
        if (locator != History.NOWHERE) {
            history.opened().collect(table.key(at), locator, first, last, current, into);
        }
        if (current != 0 && first <= current && current <= last) {
            into.insert(start, current, table.count(at));
        }
    }

    /** Removes buckets, which has been recorded; if that fails, memory no longer agrees with the record. */
    private void removeRecorded(int at, int first, int last) {
        try {
            long removed = sumOfRange(at, first, last);
            int current = table.day(at);
            if (table.locator(at) != History.NOWHERE) {
                table.setLocator(at, history.opened().delete(table.key(at), table.locator(at), first, last));
            }
            if (current != 0 && first <= current && current <= last) {
                table.setCurrent(at, 0, 0);
            }
            table.setTotal(at, table.total(at) - removed);
        } catch (RuntimeException | Error e) {
            brokenListener.accept(e);
            throw e;
        }
    }

    /** A range of days to remove from every key of the branch, and what is to be removed after it. */
    private static final class PendingDelete {
        private final int first;
        private final int last;
        private PendingDelete next;

        PendingDelete(int first, int last) {
            this.first = first;
            this.last = last;
        }
    }
}
