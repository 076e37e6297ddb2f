package io.karmadb.counter;

import io.karmadb.Buckets;
import io.karmadb.HistoryKind;
import io.karmadb.Ticket;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The counters of one tree in memory: branches, each with a lock and a live table, and one history.
 *
 * <p><b>A write</b> locks its key's branch and records itself in the {@link Journal}, which gives its LSN, before it
 * takes effect: for each key, the order of LSNs is the order of effects.
 *
 * <p><b>A command of the whole tree</b> locks all branches only to be recorded and to be left pending in each; whoever
 * locks a branch next carries it out first. So nobody waits for more than one branch's share of it.
 *
 * <p><b>A tree that records nothing</b> can do with less: where {@linkplain #useKeyLocks asked to}, an increment of a bucket
 * that is there locks its key alone. Whoever has the branch's lock takes that of each key at hand besides, so that to have
 * all branches keeps out everything but such increments, and those find the tree closed off, or a removal pending, before
 * they change anything.
 *
 * <p><b>Threads:</b> any. A ticket that may not wait gets {@link Outcome#WOULD_WAIT} where another thread holds what is
 * needed; but it does wait for such an increment, which takes some nanoseconds unless the scheduler puts its thread aside.
 *
 * <p><b>Life:</b> a tree is closed off, once, under all its branch locks; commands then answer
 * {@link Outcome#CLOSED_OFF}. Its memory is freed when the last of those who {@linkplain #retain retain} it has released
 * it, so that what is being read stays whole.
 */
public final class CounterTree {
    /** What {@link #closeOff} returns when it comes second. */
    public static final long ALREADY_CLOSED_OFF = -2;

    /**
     * What {@link #totalUnlocked} returns for what it could not read, and for the one total that this is; and
     * {@link #incrementCurrent} if it did nothing.
     */
    public static final long UNKNOWN = -1;

    /**
     * The number of branches, a prime: ids are often multiples of a power of two. Enough of them that two threads seldom
     * meet and that growing one takes a moment, few enough that a thousand trees cost little.
     */
    static final int BRANCHES = 127; // as U64.mod127 says

    private static final SecureRandom SEEDS = new SecureRandom();

    private static final Buckets NOTHING = new BucketBuffer().copy();

    private final long seed = SEEDS.nextLong();
    private final AtomicReferenceArray<Branch> branches = new AtomicReferenceArray<>(BRANCHES);

    /** Held to make a branch, so that who holds it and all branches that exist holds the whole tree. */
    private final ReentrantLock branchMaking = new ReentrantLock();

    private final LazyHistory history;
    private final AtomicInteger users = new AtomicInteger(1);

    private volatile Consumer<Throwable> brokenListener = failure -> {};

    /** Whether {@link #incrementCurrent} locks its key alone. */
    private boolean keyLocks;

    /** Written under all branch locks and {@link #branchMaking}; a branch that is made later begins closed off. */
    private volatile boolean closedOff;

    private CounterTree(HistoryKind kind) {
        history = new LazyHistory(kind);
    }

    /**
     * Makes an empty tree.
     *
     * @param history where older buckets are kept
     * @return a new tree, to be released
     */
    public static CounterTree create(HistoryKind history) {
        return new CounterTree(history);
    }

    /**
     * Sets who is told when a recorded command could not be applied, so that memory no longer agrees with the record.
     * Whoever called the command gets the error besides.
     *
     * @param listener told the failure, under a branch's lock
     */
    public void onBroken(Consumer<Throwable> listener) {
        brokenListener = listener;
    }

    /**
     * Tells the tree that its journal records nothing and gives all commands the same LSN. From then on
     * {@link #incrementCurrent} locks the key alone, not its branch. To be called before other threads know the tree.
     */
    public void useKeyLocks() {
        keyLocks = true;
        for (int i = 0; i < BRANCHES; i++) {
            Branch branch = branches.get(i);
            if (branch != null) {
                branch.useKeyLocks();
            }
        }
    }

    /**
     * Returns the number of branches; key {@code k} lies in branch {@code k mod branches}, unsigned.
     *
     * @return a prime number
     */
    public int branchCount() {
        return BRANCHES;
    }

    /**
     * Adds to a bucket and leaves the new total.
     *
     * @param key the unsigned key, created if it is not there
     * @param day a valid day
     * @param amount unsigned, not 0
     * @param journal records the command
     * @param ticket receives LSN and total
     * @return what became of it; after {@link Outcome#OVERFLOW} the ticket holds the present total
     */
    public Outcome increment(long key, int day, long amount, Journal journal, Ticket ticket) {
        Branch branch = branchToWrite(key, ticket);
        if (branch == null || !branch.take(ticket.mayWait())) {
            return Outcome.WOULD_WAIT;
        }
        try {
            Outcome entered = branch.enter(ticket.mayWait());
            return entered != Outcome.DONE ? entered : branch.increment(key, day, amount, journal, ticket);
        } finally {
            branch.leave();
        }
    }

    /**
     * Adds to a bucket and returns the new total, if the bucket is its key's current one and nothing has to be waited for. For
     * who does not ask how durable that is.
     *
     * @param key the unsigned key
     * @param day a valid day
     * @param amount unsigned, not 0
     * @param journal records the command
     * @return the new total; {@link #UNKNOWN} if nothing was done and {@link #increment} has to do it
     */
    public long incrementCurrent(long key, int day, long amount, Journal journal) {
        Branch branch = branches.get(U64.mod127(key));
        return branch == null ? UNKNOWN : branch.incrementCurrent(key, day, amount, journal);
    }

    /**
     * Takes from a bucket what it holds, at most an amount, and leaves the amount taken.
     *
     * @param key the unsigned key, created if it is not there
     * @param day a valid day
     * @param amount unsigned, not 0
     * @param journal records the command
     * @param ticket receives LSN and amount taken
     * @return what became of it
     */
    public Outcome decrement(long key, int day, long amount, Journal journal, Ticket ticket) {
        Branch branch = branchToWrite(key, ticket);
        if (branch == null || !branch.take(ticket.mayWait())) {
            return Outcome.WOULD_WAIT;
        }
        try {
            Outcome entered = branch.enter(ticket.mayWait());
            return entered != Outcome.DONE ? entered : branch.decrement(key, day, amount, journal, ticket);
        } finally {
            branch.leave();
        }
    }

    /**
     * Makes a bucket hold a count and leaves the new total.
     *
     * @param key the unsigned key, created if it is not there
     * @param day a valid day
     * @param count what the bucket is to hold, unsigned
     * @param journal records the command
     * @param ticket receives LSN and total
     * @return what became of it; after {@link Outcome#OVERFLOW} the ticket holds the sum of the key's other buckets
     */
    public Outcome set(long key, int day, long count, Journal journal, Ticket ticket) {
        Branch branch = branchToWrite(key, ticket);
        if (branch == null || !branch.take(ticket.mayWait())) {
            return Outcome.WOULD_WAIT;
        }
        try {
            Outcome entered = branch.enter(ticket.mayWait());
            return entered != Outcome.DONE ? entered : branch.set(key, day, count, journal, ticket);
        } finally {
            branch.leave();
        }
    }

    /**
     * Removes a key's buckets in a range.
     *
     * @param key the unsigned key, created if it is not there
     * @param first the first day, 0 or more
     * @param last the last day
     * @param journal records the command
     * @param ticket receives the LSN
     * @return what became of it
     */
    public Outcome delete(long key, int first, int last, Journal journal, Ticket ticket) {
        Branch branch = branchToWrite(key, ticket);
        if (branch == null || !branch.take(ticket.mayWait())) {
            return Outcome.WOULD_WAIT;
        }
        try {
            Outcome entered = branch.enter(ticket.mayWait());
            return entered != Outcome.DONE ? entered : branch.delete(key, first, last, journal, ticket);
        } finally {
            branch.leave();
        }
    }

    /**
     * Removes all buckets of a key.
     *
     * @param key the unsigned key, created if it is not there
     * @param journal records the command
     * @param ticket receives the LSN
     * @return what became of it
     */
    public Outcome reset(long key, Journal journal, Ticket ticket) {
        Branch branch = branchToWrite(key, ticket);
        if (branch == null || !branch.take(ticket.mayWait())) {
            return Outcome.WOULD_WAIT;
        }
        try {
            Outcome entered = branch.enter(ticket.mayWait());
            return entered != Outcome.DONE ? entered : branch.reset(key, journal, ticket);
        } finally {
            branch.leave();
        }
    }

    /**
     * Has the processor fetch from memory what a command on a key looks at first.
     *
     * @param key the unsigned key
     */
    public void prefetch(long key) {
        Branch branch = branches.get(U64.mod127(key));
        if (branch != null) {
            branch.prefetch(key);
        }
    }

    /**
     * Leaves a key's total, 0 if it is not there. Mostly takes no lock.
     *
     * @param key the unsigned key
     * @param ticket receives LSN and total
     * @return what became of it
     */
    public Outcome total(long key, Ticket ticket) {
        Branch branch = branches.get(U64.mod127(key));
        if (branch != null && branch.readTotal(key, ticket)) {
            return Outcome.DONE;
        }
        return sum(key, 0, Integer.MAX_VALUE, ticket);
    }

    /**
     * Returns a key's total without taking a lock or leaving an LSN.
     *
     * @param key the unsigned key
     * @return the total, 0 if the key is not there; {@link #UNKNOWN} if {@link #total} has to tell
     */
    public long totalUnlocked(long key) {
        Branch branch = branches.get(U64.mod127(key));
        return branch == null ? UNKNOWN : branch.totalUnlocked(key);
    }

    /**
     * Leaves the sum of a key's buckets in a range.
     *
     * @param key the unsigned key
     * @param first the first day, 0 or more
     * @param last the last day
     * @param ticket receives LSN and sum
     * @return what became of it
     */
    public Outcome sum(long key, int first, int last, Ticket ticket) {
        Branch branch = branches.get(U64.mod127(key));
        if (branch == null) {
            ticket.setValue(0);
            return closedOff ? Outcome.CLOSED_OFF : Outcome.DONE;
        }
        if (!branch.take(ticket.mayWait())) {
            return Outcome.WOULD_WAIT;
        }
        try {
            Outcome entered = branch.enter(ticket.mayWait());
            return entered != Outcome.DONE ? entered : branch.sum(key, first, last, ticket);
        } finally {
            branch.leave();
        }
    }

    /**
     * Leaves a copy of a key's buckets in a range.
     *
     * @param key the unsigned key
     * @param first the first day, 0 or more
     * @param last the last day
     * @param ticket receives LSN and buckets
     * @return what became of it
     */
    public Outcome find(long key, int first, int last, Ticket ticket) {
        Branch branch = branches.get(U64.mod127(key));
        if (branch == null) {
            ticket.setBuckets(NOTHING);
            return closedOff ? Outcome.CLOSED_OFF : Outcome.DONE;
        }
        if (!branch.take(ticket.mayWait())) {
            return Outcome.WOULD_WAIT;
        }
        try {
            Outcome entered = branch.enter(ticket.mayWait());
            return entered != Outcome.DONE ? entered : branch.find(key, first, last, ticket);
        } finally {
            branch.leave();
        }
    }

    /**
     * Removes the buckets of all keys in a range, at one moment. Waits for all branches.
     *
     * @param first the first day, 0 or more
     * @param last the last day
     * @param journal records the command
     * @param ticket receives the LSN
     * @return what became of it
     */
    public Outcome deleteAll(int first, int last, Journal journal, Ticket ticket) {
        return removeFromAll(first, last, () -> journal.deleteAll(first, last), ticket);
    }

    /**
     * Removes all buckets of all keys, at one moment. Waits for all branches.
     *
     * @param journal records the command
     * @param ticket receives the LSN
     * @return what became of it
     */
    public Outcome resetAll(Journal journal, Ticket ticket) {
        return removeFromAll(0, Integer.MAX_VALUE, journal::resetAll, ticket);
    }

    private Outcome removeFromAll(int first, int last, LongSupplier record, Ticket ticket) {
        if (!retain()) { // what is left pending is carried out below, also if the tree is closed off before that
            return Outcome.CLOSED_OFF;
        }
        try {
            return removeFromAllRetained(first, last, record, ticket);
        } finally {
            release();
        }
    }

    private Outcome removeFromAllRetained(int first, int last, LongSupplier record, Ticket ticket) {
        boolean[] locked = lockAll();
        try {
            if (closedOff) {
                return Outcome.CLOSED_OFF;
            }
            long lsn = record.getAsLong();
            if (lsn == Journal.NO_ROOM) {
                return Outcome.NO_ROOM;
            }
            for (int i = 0; i < BRANCHES; i++) {
                if (locked[i]) {
                    branches.get(i).addPending(first, last, lsn);
                }
            }
            ticket.raiseLsn(lsn);
        } catch (OutOfMemoryError e) {
            brokenListener.accept(e); // it may be recorded and pending in some branches only
            throw e;
        } finally {
            unlockAll(locked);
        }
        for (int i = 0; i < BRANCHES; i++) {
            carryOut(branches.get(i));
        }
        return Outcome.DONE;
    }

    private static void carryOut(Branch branch) {
        if (branch != null) {
            branch.take(true);
            try {
                branch.carryOut();
            } finally {
                branch.leave();
            }
        }
    }

    /**
     * Closes the tree off: no command comes after this. Waits for all branches.
     *
     * @param record records why, under all branch locks, as the methods of {@link Journal} do
     * @return what {@code record} returned; if that is {@link Journal#NO_ROOM}, nothing was changed;
     *     {@link #ALREADY_CLOSED_OFF} if the tree was closed off before
     */
    public long closeOff(LongSupplier record) {
        boolean[] locked = lockAll();
        try {
            if (closedOff) {
                return ALREADY_CLOSED_OFF;
            }
            long lsn = record.getAsLong();
            if (lsn != Journal.NO_ROOM) {
                closedOff = true;
                for (int i = 0; i < BRANCHES; i++) {
                    if (locked[i]) {
                        branches.get(i).closeOff();
                    }
                }
            }
            return lsn;
        } finally {
            unlockAll(locked);
        }
    }

    /** Locks all branches, ascending, and keeps new ones from being made. Says which. */
    private boolean[] lockAll() {
        boolean[] locked = new boolean[BRANCHES];
        branchMaking.lock();
        try {
            for (int i = 0; i < BRANCHES; i++) {
                Branch branch = branches.get(i);
                if (branch != null) {
                    locked[i] = branch.take(true);
                }
            }
            return locked;
        } catch (Error e) { // waiting for a lock takes memory
            unlockAll(locked);
            throw e;
        }
    }

    private void unlockAll(boolean[] locked) {
        for (int i = 0; i < BRANCHES; i++) {
            if (locked[i]) {
                branches.get(i).leave();
            }
        }
        branchMaking.unlock();
    }

    /**
     * Copies the keys of a branch.
     *
     * @param index 0 to {@code branchCount() - 1}
     * @return its keys at this moment, in no particular order
     */
    public long[] keys(int index) {
        Branch branch = branches.get(index);
        if (branch == null) {
            return new long[0];
        }
        branch.take(true);
        try {
            return branch.keys();
        } finally {
            branch.leave();
        }
    }

    /**
     * Says whether a key is there.
     *
     * @param key the unsigned key
     * @return whether it has a counter, be it without buckets
     */
    public boolean contains(long key) {
        Branch branch = branches.get(U64.mod127(key));
        if (branch == null) {
            return false;
        }
        branch.take(true);
        try {
            return branch.contains(key);
        } finally {
            branch.leave();
        }
    }

    /**
     * Copies counters of a branch, at one moment; with key locks, each at a moment of its own. For those who retain the
     * tree; also after it has been closed off.
     *
     * @param index 0 to {@code branchCount() - 1}
     * @param keys keys of that branch, which exist
     * @param from the first of them to copy
     * @param to the one after the last to copy
     * @param first the first day whose buckets are copied, 0 or more
     * @param last the last day whose buckets are copied
     * @param into receives the copies
     */
    public void copy(int index, long[] keys, int from, int to, int first, int last, CounterBatch into) {
        into.clear(to - from);
        if (from == to) {
            return;
        }
        Branch branch = branches.get(index);
        branch.take(true);
        try {
            branch.copy(keys, from, to, first, last, into);
        } finally {
            branch.leave();
        }
    }

    /**
     * Returns the number of keys.
     *
     * @return 0 or more; commands under way may or may not be counted
     */
    public long keyCount() {
        long keys = 0;
        for (int i = 0; i < BRANCHES; i++) {
            Branch branch = branches.get(i);
            if (branch != null) {
                branch.take(true);
                keys += branch.keyCount();
                branch.leave();
            }
        }
        return keys;
    }

    /**
     * Returns the memory taken.
     *
     * @return bytes on the heap and outside it, estimated
     */
    public long bytes() {
        long bytes = 0;
        for (int i = 0; i < BRANCHES; i++) {
            Branch branch = branches.get(i);
            if (branch != null) {
                branch.take(true);
                bytes += branch.bytes();
                branch.leave();
            }
        }
        if (retain()) {
            try {
                bytes += history.bytes();
            } finally {
                release();
            }
        }
        return bytes;
    }

    /**
     * Adds a counter with its buckets, as read from a snapshot.
     *
     * @param key the unsigned key
     * @param buckets its buckets, ascending
     * @return false if the key is there already; then nothing was changed
     */
    public boolean restore(long key, BucketBuffer buckets) {
        Branch branch = branchFor(key, true);
        branch.take(true);
        try {
            return branch.restore(key, buckets);
        } finally {
            branch.leave();
        }
    }

    /**
     * Sets a bucket as a logged command says, creating the key if it is not there. On a state that is ahead of the log,
     * as a snapshot's may be, the total can pass through values that no counter had; it is computed modulo 2^64, so that
     * it is exact once the log has been replayed to the end.
     *
     * @param key the unsigned key
     * @param day a valid day
     * @param count what the bucket holds, unsigned
     * @param lsn the command's LSN
     */
    public void replaySet(long key, int day, long count, long lsn) {
        Branch branch = branchFor(key, true);
        branch.take(true);
        try {
            branch.replaySet(key, day, count, lsn);
        } finally {
            branch.leave();
        }
    }

    /**
     * Creates a key if it is not there, as a logged command says that changed nothing else.
     *
     * @param key the unsigned key
     * @param lsn the command's LSN
     */
    public void replayTouch(long key, long lsn) {
        Branch branch = branchFor(key, true);
        branch.take(true);
        try {
            branch.replayTouch(key, lsn);
        } finally {
            branch.leave();
        }
    }

    private Branch branchToWrite(long key, Ticket ticket) {
        return branchFor(key, ticket.mayWait());
    }

    /** Returns the key's branch, made if it is not there; null if that would mean to wait and the caller must not. */
    private Branch branchFor(long key, boolean mayWait) {
        int index = U64.mod127(key);
        Branch branch = branches.get(index);
        return branch != null ? branch : makeBranch(index, mayWait);
    }

    private Branch makeBranch(int index, boolean mayWait) {
        if (mayWait) {
            branchMaking.lock();
        } else if (!branchMaking.tryLock()) {
            return null;
        }
        try {
            Branch branch = branches.get(index);
            if (branch == null) {
                branch = new Branch(seed, history, failure -> brokenListener.accept(failure));
                if (closedOff) {
                    branch.closeOff();
                }
                if (keyLocks) {
                    branch.useKeyLocks();
                }
                branches.set(index, branch);
            }
            return branch;
        } finally {
            branchMaking.unlock();
        }
    }

    /**
     * Keeps the tree's memory for a reader, until {@link #release}.
     *
     * @return false if it has been freed already
     */
    public boolean retain() {
        int now = users.get();
        while (now > 0) {
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
            now = users.get();
        }
        return false;
    }

    /** Gives up the tree; frees its memory if nobody else has it. Its maker has it once, until it is closed off. */
    public void release() {
        int left = users.decrementAndGet();
        assert left >= 0 : "released more often than retained";
        if (left == 0) {
            history.close();
            for (int i = 0; i < BRANCHES; i++) {
                branches.set(i, null); // handles may remember the tree for long
            }
        }
    }
}
