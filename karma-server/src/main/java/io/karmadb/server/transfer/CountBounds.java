package io.karmadb.server.transfer;

/**
 * Bounds for what the counts of a key add up to in a file, in memory that does not grow with the file: keys share sums, so
 * that a bound may be too high, and is never too low.
 */
final class CountBounds {
    /** So many sums that even counts of bytes, in files of millions of lines, stay far from what fits. */
    static final int SLOTS = 1 << 16;

    private static final int SLOT_SHIFT = Long.SIZE - 16;
    private static final long TREE_FACTOR = 0x9E3779B97F4A7C15L;
    private static final long KEY_FACTOR = 0xC2B2AE3D27D4EB4FL;

    /** What does not fit any more: the highest number there is. */
    private static final long FULL = -1;

    private final long[] sums = new long[SLOTS];

    /** Counts a line in. */
    void add(String tree, long key, long count) {
        int slot = slot(tree, key);
        sums[slot] = plus(sums[slot], count);
    }

    /** Adds unsigned numbers; what does not fit becomes the highest number there is. */
    private static long plus(long a, long b) {
        return overflows(a, b) ? FULL : a + b;
    }

    /** Says whether the sum of two unsigned numbers does not fit in 64 bits. */
    static boolean overflows(long a, long b) {
        return Long.compareUnsigned(a + b, a) < 0;
    }

    /** Returns which sum a key has a part in: 0 to {@link #SLOTS} - 1. */
    static int slot(String tree, long key) {
        long mixed = (key ^ tree.hashCode() * TREE_FACTOR) * KEY_FACTOR;
        return (int) ((mixed ^ mixed >>> 32) * TREE_FACTOR >>> SLOT_SHIFT);
    }

    /** Says whether a key of a slot can pass the highest number although it holds nothing yet. */
    boolean isFull(int slot) {
        return sums[slot] == FULL;
    }

    /** Says whether a key of a slot that holds a total now can pass the highest number. */
    boolean canOverflow(int slot, long total) {
        return isFull(slot) || overflows(sums[slot], total);
    }
}
