package io.karmadb.counter;

import io.karmadb.lock.BriefLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A branch's counters: key, total, current bucket, and the locator of the history. Open addressing with linear probing
 * in one {@code long[]}, so that a counter is in one or two cache lines and costs 32 bytes at a load of one half to
 * three quarters.
 *
 * <p>A key's slot follows from its hash in proportion to the capacity, not from the hash's low bits: the capacity need
 * not be a power of two, growing by half keeps the waste small, and a growing table is copied from front to back in both
 * arrays. The hash is seeded for each tree, since keys come from clients and must not be chosen to collide; and since
 * two tables then order their keys differently, one can be filled in the order of the other.
 *
 * <p>Keys are never removed: a tree's keys go when the tree goes.
 *
 * <p><b>Key locks</b>, where {@linkplain #useKeyLocks asked for}: each counter has a lock of its own, a bit in its place, and
 * {@link #lockKey} takes it without the branch's. Who has the branch's lock takes that of the counter at hand besides, in
 * {@link #find}, {@link #insert} and {@link #next}, has it until it asks for another one, and gives it back with
 * {@link #letGo}. A place that a growing table has left stays locked forever, so that nobody changes what has moved.
 *
 * <p><b>Threads:</b> used under the branch's lock, but for {@link #findUnlocked}, {@link #totalUnlocked} and
 * {@link #prefetch}, which may run beside a change: they end, and read no other memory than an array of the table's; and for
 * {@link #lockKey}, and what is done with the place that it returned.
 */
final class LiveTable {
    private static final int WORDS = 4;
    private static final int KEY = 0;
    private static final int TOTAL = 1;
    private static final int COUNT = 2;
    private static final int META = 3;

    private static final long DAY_MASK = 0xFFFF_FFFFL;
    private static final int LOCATOR_SHIFT = 32;
    private static final long LOCATOR_MASK = ((1L << History.LOCATOR_BITS) - 1) << LOCATOR_SHIFT;
    private static final long OCCUPIED = 1L << (LOCATOR_SHIFT + History.LOCATOR_BITS);
    private static final long LOCKED = OCCUPIED << 1;

    /** What no place has. */
    private static final long NO_META = -1;

    private static final int CAPACITY_MIN = 8;

    /** A lock of a key is held for some nanoseconds, unless the scheduler puts its holder aside. */
    private static final int SPINS = 500;

    private static final long PAUSE_NANOS = 50_000;

    private static final int NOTHING = -1;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ARRAY;
    private static final VarHandle CAPACITY;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ARRAY = lookup.findVarHandle(LiveTable.class, "words", long[].class);
            CAPACITY = lookup.findVarHandle(LiveTable.class, "capacity", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long seed;
    private boolean keyLocks;
    private long[] words;
    private int capacity;
    private int size;

    /** The place whose key lock belongs to who has the branch's lock. */
    private int held = NOTHING;

    LiveTable(long seed) {
        this.seed = seed;
        capacity = CAPACITY_MIN;
        words = new long[CAPACITY_MIN * WORDS];
    }

    /** Gives each key a lock, from now on. To be called before other threads know the table. */
    void useKeyLocks() {
        keyLocks = true;
    }

    int size() {
        return size;
    }

    long bytes() {
        return 8L * words.length;
    }

    /**
     * Finds a key.
     *
     * @return where its counter is; negative if it is not there
     */
    int find(long key) {
        int at = find(words, capacity, key); // not the array's length, which is a cache miss more
        if (keyLocks) {
            hold(at);
        }
        return at;
    }

    /** Says whether a key is there. */
    boolean contains(long key) {
        return find(words, capacity, key) >= 0;
    }

    /**
     * Finds a key and takes its lock, without the branch's.
     *
     * @return where its counter is, until {@link #unlockKey}; negative if it was not found or its lock is taken
     */
    int lockKey(long key) {
        int slots = (int) CAPACITY.getAcquire(this); // before the array, which is never too small for it then
        long[] array = (long[]) ARRAY.getAcquire(this);
        int at = find(array, slots, key);
        if (at < 0) {
            return at;
        }
        long meta = array[at + META];
        return (meta & LOCKED) == 0 && WORD.compareAndSet(array, at + META, meta, meta | LOCKED) ? at : NOTHING;
    }

    /** Gives back what {@link #lockKey} took. */
    void unlockKey(int at) {
        WORD.setRelease(words, at + META, words[at + META] & ~LOCKED);
    }

    /** Gives back the key lock that who has the branch's lock has, if any. */
    void letGo() {
        hold(NOTHING);
    }

    private void hold(int at) {
        if (at == held) {
            return;
        }
        if (held >= 0) {
            unlockKey(held);
            held = NOTHING;
        }
        if (at >= 0) {
            awaitKeyLock(at);
            held = at;
        }
    }

    private void awaitKeyLock(int at) {
        for (int tries = 1; ; tries++) {
            long meta = (long) WORD.getAcquire(words, at + META);
            if ((meta & LOCKED) == 0 && WORD.compareAndSet(words, at + META, meta, meta | LOCKED)) {
                return;
            }
            if (tries % SPINS == 0) {
                pause();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private void pause() {
        try {
            LockSupport.parkNanos(this, PAUSE_NANOS);
        } catch (Throwable e) {
            // A virtual thread's scheduler may lack memory, or be closed. It is about to look again anyway, and a
            // growing
            // table must not stop halfway, with places locked.
        }
    }

    /**
     * Finds a key without the lock.
     *
     * @param lock the table's lock
     * @param seen from its optimistic read; what is found counts only if the lock is then taken by {@link BriefLock#tryTake(long)}
     * @return where its counter is; negative if it was not found
     */
    int findUnlocked(long key, BriefLock lock, long seen) {
        long[] array = words;
        int slots = capacity;
        return lock.validate(seen) ? find(array, slots, key) : -1; // else the one may not belong to the other
    }

    private int find(long[] array, int slots, long key) {
        int first = slotOf(key, slots);
        int slot = first;
        do { // not a loop that counts, for whose bounds the compiler would make much preparation
            int at = slot * WORDS;
            long meta = (long) WORD.getAcquire(array, at + META); // if it is occupied, its key is there, too
            if ((meta & OCCUPIED) == 0) {
                return NOTHING;
            }
            if (array[at + KEY] == key) {
                return at;
            }
            slot = slot + 1 == slots ? 0 : slot + 1;
        } while (slot != first);
        return NOTHING; // only seen by a read that runs beside a change
    }

    /** Makes room for one more key, so that {@link #insert} cannot fail. Moves counters: earlier places mean nothing. */
    void reserve() {
        if (size + 1L > capacity * 3L / 4) {
            grow((int) Math.min(Integer.MAX_VALUE / WORDS - 2, capacity + capacity / 2L));
        }
    }

    /**
     * Adds a key that is not there, with a total of 0 and no bucket; {@link #reserve} has made room.
     *
     * @return where its counter is
     */
    int insert(long key) {
        int slot = slotOf(key, capacity);
        while ((words[slot * WORDS + META] & OCCUPIED) != 0) {
            slot = slot + 1 == capacity ? 0 : slot + 1;
        }
        int at = slot * WORDS;
        words[at + KEY] = key;
        words[at + TOTAL] = 0;
        words[at + COUNT] = 0;
        if (keyLocks) {
            letGo();
            held = at;
        }
        WORD.setRelease(words, at + META, keyLocks ? OCCUPIED | LOCKED : OCCUPIED);
        size++;
        return at;
    }

    long total(int at) {
        return words[at + TOTAL];
    }

    /**
     * Returns a key's total without the lock.
     *
     * @param lock the table's lock
     * @param seen from its optimistic read; what is returned counts only if nobody has had the lock after it, either
     * @return the total, 0 if the key is not there; {@link CounterTree#UNKNOWN} if somebody has had the lock already
     */
    long totalUnlocked(long key, BriefLock lock, long seen) {
        long[] array = words;
        int slots = capacity;
        if (!lock.validate(seen)) {
            return CounterTree.UNKNOWN;
        }
        int at = find(array, slots, key);
        return at < 0 ? 0 : (long) WORD.getOpaque(array, at + TOTAL);
    }

    /**
     * Has a processor fetch the first place where a key can be. The JDK has no instruction for that; a read will do whose
     * result is needed by nothing but a comparison that always comes out the same, which the processor foresees.
     */
    void prefetch(long key) {
        long[] array = words;
        if (array[slotOf(key, array.length / WORDS) * WORDS + META] == NO_META) {
            throw new IllegalStateException("a place of the table is no place");
        }
    }

    void setTotal(int at, long total) {
        WORD.setOpaque(words, at + TOTAL, total); // in one piece, since it is read without any lock
    }

    /** Returns the day of the current bucket, 0 if there is none. */
    int day(int at) {
        return (int) (words[at + META] & DAY_MASK);
    }

    /** Returns the count of the current bucket. */
    long count(int at) {
        return words[at + COUNT];
    }

    void setCount(int at, long count) {
        words[at + COUNT] = count;
    }

    void setCurrent(int at, int day, long count) {
        words[at + META] = words[at + META] & ~DAY_MASK | day;
        words[at + COUNT] = count;
    }

    int locator(int at) {
        return (int) ((words[at + META] & LOCATOR_MASK) >>> LOCATOR_SHIFT);
    }

    void setLocator(int at, int locator) {
        words[at + META] = words[at + META] & ~LOCATOR_MASK | (long) locator << LOCATOR_SHIFT & LOCATOR_MASK;
    }

    /** Returns all keys, in the order of their places. */
    long[] keys() {
        long[] keys = new long[size];
        int n = 0;
        for (int at = 0; at < words.length; at += WORDS) {
            if ((words[at + META] & OCCUPIED) != 0) {
                keys[n++] = words[at + KEY];
            }
        }
        assert n == size : "size=" + size + ", counted=" + n;
        return keys;
    }

    /** Returns the first place at or after a place that holds a counter, or -1: for walking over all of them. */
    int next(int from) {
        for (int at = from; at < words.length; at += WORDS) {
            if ((words[at + META] & OCCUPIED) != 0) {
                if (keyLocks) {
                    hold(at);
                }
                return at;
            }
        }
        letGo();
        return NOTHING;
    }

    /** Returns the place after a place. */
    static int after(int at) {
        return at + WORDS;
    }

    long key(int at) {
        return words[at + KEY];
    }

    private int slotOf(long key, int slots) {
        long h = (key ^ seed) * 0xBF58476D1CE4E5B9L;
        h = (h ^ h >>> 32) * 0x94D049BB133111EBL;
        h ^= h >>> 29;
        return (int) Math.multiplyHigh(h >>> 1, (long) slots << 1);
    }

    private void grow(int newCapacity) {
        if (newCapacity <= size + 1) {
            throw new IllegalStateException("a branch holds no more keys: keys=" + size);
        }
        letGo();
        long[] old = words;
        long[] grown = new long[newCapacity * WORDS];
        for (int from = 0; from < old.length; from += WORDS) {
            if ((old[from + META] & OCCUPIED) == 0) {
                continue;
            }
            if (keyLocks) {
                awaitKeyLock(from);
            }
            int slot = slotOf(old[from + KEY], newCapacity);
            while ((grown[slot * WORDS + META] & OCCUPIED) != 0) {
                slot = slot + 1 == newCapacity ? 0 : slot + 1;
            }
            System.arraycopy(old, from, grown, slot * WORDS, WORDS);
            grown[slot * WORDS + META] &= ~LOCKED;
        }
        ARRAY.setRelease(this, grown); // no earlier than what is in it
        CAPACITY.setRelease(this, newCapacity);
    }
}
