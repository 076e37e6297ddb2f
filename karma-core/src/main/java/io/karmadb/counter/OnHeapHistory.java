package io.karmadb.counter;

import java.util.Arrays;

/**
 * A history on the Java heap. It needs no JVM flags; the collector copies what it holds.
 *
 * <p>Keys are spread over stripes, each a hash table under its own lock, held for one key's work. A locator says only
 * whether the key has buckets at all.
 */
final class OnHeapHistory implements History {
    private static final int SOMEWHERE = 1;
    private static final int STRIPE_BITS = 5;

    /** 2^64 divided by the golden ratio, odd: its products' upper bits depend on all bits of the key. */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final OnHeapStripe[] stripes = new OnHeapStripe[1 << STRIPE_BITS];
    private final Years years = new Years();

    OnHeapHistory() {
        Arrays.setAll(stripes, i -> new OnHeapStripe());
    }

    private OnHeapStripe stripe(long key) {
        return stripes[(int) (key * GOLDEN >>> Long.SIZE - STRIPE_BITS)];
    }

    @Override
    public int put(long key, int locator, int day, long count) {
        int year = Years.of(day);
        years.add(year);
        OnHeapStripe stripe = stripe(key);
        synchronized (stripe) {
            int length = stripe.load(key, year);
            stripe.store(key, year, PageCodec.put(stripe.page(length), length, Years.dayOfYear(day), count));
        }
        return SOMEWHERE;
    }

    @Override
    public int putAll(long key, BucketBuffer buckets, int from, int to) {
        OnHeapStripe stripe = stripe(key);
        int done = from;
        try {
            for (int i = from; i < to; ) {
                int year = Years.of(buckets.day(i));
                years.add(year);
                synchronized (stripe) {
                    assert stripe.load(key, year) == 0 : "key=" + Long.toUnsignedString(key) + ", year=" + year;
                    int length = 0;
                    for (; i < to && Years.of(buckets.day(i)) == year; i++) {
                        length = PageCodec.put(
                                stripe.page(length), length, Years.dayOfYear(buckets.day(i)), buckets.count(i));
                    }
                    stripe.store(key, year, length);
                    done = i;
                }
            }
        } catch (Throwable e) {
            if (done > from) {
                delete(key, SOMEWHERE, buckets.day(from), buckets.day(done - 1));
            }
            throw e;
        }
        return SOMEWHERE;
    }

    @Override
    public void collect(long key, int locator, int first, int last, int exceptDay, BucketBuffer into) {
        if (locator == NOWHERE) {
            return;
        }
        int[] sorted = years.sorted();
        OnHeapStripe stripe = stripe(key);
        synchronized (stripe) {
            for (int i = Years.indexFrom(sorted, first); i < sorted.length && sorted[i] <= Years.of(last); i++) {
                int year = sorted[i];
                stripe.collect(
                        key,
                        year,
                        Years.firstIn(year, first),
                        Years.lastIn(year, last),
                        Years.exceptIn(year, exceptDay),
                        into);
            }
        }
    }

    @Override
    public long sum(long key, int locator, int first, int last, int exceptDay) {
        if (locator == NOWHERE) {
            return 0;
        }
        long sum = 0;
        int[] sorted = years.sorted();
        OnHeapStripe stripe = stripe(key);
        synchronized (stripe) {
            for (int i = Years.indexFrom(sorted, first); i < sorted.length && sorted[i] <= Years.of(last); i++) {
                int year = sorted[i];
                sum += stripe.sum(
                        key,
                        year,
                        Years.firstIn(year, first),
                        Years.lastIn(year, last),
                        Years.exceptIn(year, exceptDay));
            }
        }
        return sum;
    }

    @Override
    public void prefetch(long key, int first, int last) {
        // Finding a page takes the lock of its stripe, for which others would wait.
    }

    @Override
    public int delete(long key, int locator, int first, int last) {
        if (locator == NOWHERE) {
            return NOWHERE;
        }
        int[] sorted = years.sorted();
        OnHeapStripe stripe = stripe(key);
        synchronized (stripe) {
            for (int i = Years.indexFrom(sorted, first); i < sorted.length && sorted[i] <= Years.of(last); i++) {
                int year = sorted[i];
                int length = stripe.load(key, year);
                int left = PageCodec.delete(
                        stripe.page(length), length, Years.firstIn(year, first), Years.lastIn(year, last));
                if (left < length) {
                    stripe.store(key, year, left);
                }
            }
            for (int year : sorted) {
                if (stripe.has(key, year)) {
                    return SOMEWHERE;
                }
            }
        }
        return NOWHERE;
    }

    @Override
    public long bytes() {
        long bytes = 0;
        for (OnHeapStripe stripe : stripes) {
            synchronized (stripe) {
                bytes += stripe.bytes();
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        for (OnHeapStripe stripe : stripes) {
            synchronized (stripe) {
                stripe.clear();
            }
        }
    }
}
