package io.karmadb.counter;

import java.util.Arrays;

/**
 * Pages by key and year: open addressing with linear probing; a removal closes its gap, so that nothing is left of it,
 * and a table that has become nearly empty shrinks.
 *
 * <p><b>Threads:</b> the caller holds this object's monitor.
 *
 * <p><b>Failure:</b> a call that runs out of memory has changed nothing.
 */
final class OnHeapStripe {
    private static final int SLOTS_MIN = 8;

    /** The header of an array and its alignment, in bytes, on a JVM with compressed references. */
    private static final int ARRAY_BYTES = 16;

    /** Pages have room up to a multiple of this, so that not every bucket needs a new array. */
    private static final int PAGE_BYTES_STEP = 8;

    private static final int SCRATCH_BYTES_MAX = PageCodec.PAGE_BYTES_MAX + PageCodec.PUT_BYTES_MAX;

    private static final byte[][] NONE = {};

    private byte[][] pages = NONE; // null where a slot is free
    private short[] lengths = {};
    private short[] years = {};
    private long[] keys = {};
    private int size;
    private long pageBytes;

    private byte[] scratch = {};

    /**
     * The page that was last loaded, to be changed and stored again.
     *
     * @param length how long it is
     * @return its bytes, with room for one more bucket
     */
    byte[] page(int length) {
        if (scratch.length < length + PageCodec.PUT_BYTES_MAX) {
            scratch = Arrays.copyOf(scratch, Math.min(2 * length + 64, SCRATCH_BYTES_MAX));
        }
        return scratch;
    }

    /**
     * Loads a page. Nothing is allocated: each page came from {@link #page}, which never becomes smaller.
     *
     * @return its length; 0 if there is none
     */
    int load(long key, int year) {
        int slot = find(key, year);
        if (slot < 0) {
            return 0;
        }
        System.arraycopy(pages[slot], 0, scratch, 0, lengths[slot]);
        return lengths[slot];
    }

    /** Sums buckets of a page without copying it; see {@link PageCodec#sum}. */
    long sum(long key, int year, int first, int last, int exceptDay) {
        int slot = find(key, year);
        return slot < 0 ? 0 : PageCodec.sum(pages[slot], lengths[slot], first, last, exceptDay);
    }

    /** Appends buckets of a page to a list without copying it; see {@link PageCodec#collect}. */
    void collect(long key, int year, int first, int last, int exceptDay, BucketBuffer into) {
        int slot = find(key, year);
        if (slot >= 0) {
            PageCodec.collect(pages[slot], lengths[slot], first, last, exceptDay, year * 10_000, into);
        }
    }

    boolean has(long key, int year) {
        return find(key, year) >= 0;
    }

    /** Makes the first bytes of {@link #page} the page of a key and year; none of them removes it. */
    void store(long key, int year, int length) {
        assert length <= PageCodec.PAGE_BYTES_MAX : length;
        int slot = find(key, year);
        if (length == 0) {
            if (slot >= 0) {
                remove(key, year);
            }
            return;
        }
        byte[] old = slot < 0 ? null : pages[slot];
        int room = (length + PAGE_BYTES_STEP - 1) / PAGE_BYTES_STEP * PAGE_BYTES_STEP;
        byte[] page = old != null && old.length >= length && old.length <= 2 * room ? old : new byte[room];
        if (slot < 0) {
            if ((size + 1) * 3L > pages.length * 2L) {
                resize(Math.max(SLOTS_MIN, 2 * pages.length));
            }
            slot = free(key, year);
            keys[slot] = key;
            years[slot] = (short) year;
            size++;
        }
        System.arraycopy(scratch, 0, page, 0, length);
        pages[slot] = page;
        lengths[slot] = (short) length;
        pageBytes += bytesOf(page) - bytesOf(old);
    }

    long bytes() {
        return pageBytes + bytesOf(scratch) + 4 * ARRAY_BYTES + (long) pages.length * (4 + 2 + 2 + 8);
    }

    void clear() {
        pages = NONE;
        lengths = new short[0];
        years = new short[0];
        keys = new long[0];
        scratch = new byte[0];
        size = 0;
        pageBytes = 0;
    }

    private static long bytesOf(byte[] array) {
        return array == null ? 0 : ARRAY_BYTES + array.length;
    }

    private int find(long key, int year) {
        if (size == 0) {
            return -1;
        }
        int slot = home(key, year);
        while (pages[slot] != null) {
            if (keys[slot] == key && years[slot] == year) {
                return slot;
            }
            slot = slot + 1 & pages.length - 1;
        }
        return -1;
    }

    private int free(long key, int year) {
        int slot = home(key, year);
        while (pages[slot] != null) {
            slot = slot + 1 & pages.length - 1;
        }
        return slot;
    }

    /** Where to start looking: the finalizer of MurmurHash3 over both, so that every bit counts. */
    private int home(long key, int year) {
        long hash = key ^ (long) year << 48;
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (int) (hash ^ hash >>> 33) & pages.length - 1;
    }

    private void remove(long key, int year) {
        if (pages.length > SLOTS_MIN && size <= pages.length / 8) {
            resize(pages.length / 2);
        }
        int mask = pages.length - 1;
        int gap = find(key, year);
        pageBytes -= bytesOf(pages[gap]);
        size--;
        for (int next = gap + 1 & mask; pages[next] != null; next = next + 1 & mask) {
            int home = home(keys[next], years[next]);
            if ((next - home & mask) >= (next - gap & mask)) { // its search would stop at the gap
                pages[gap] = pages[next];
                lengths[gap] = lengths[next];
                years[gap] = years[next];
                keys[gap] = keys[next];
                gap = next;
            }
        }
        pages[gap] = null;
    }

    private void resize(int slots) {
        byte[][] oldPages = pages;
        short[] oldLengths = lengths;
        short[] oldYears = years;
        long[] oldKeys = keys;
        byte[][] newPages = new byte[slots][];
        short[] newLengths = new short[slots];
        short[] newYears = new short[slots];
        long[] newKeys = new long[slots];
        pages = newPages;
        lengths = newLengths;
        years = newYears;
        keys = newKeys;
        for (int i = 0; i < oldPages.length; i++) {
            if (oldPages[i] != null) {
                int slot = free(oldKeys[i], oldYears[i]);
                newPages[slot] = oldPages[i];
                newLengths[slot] = oldLengths[i];
                newYears[slot] = oldYears[i];
                newKeys[slot] = oldKeys[i];
            }
        }
    }
}
