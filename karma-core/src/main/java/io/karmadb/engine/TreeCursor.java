package io.karmadb.engine;

import io.karmadb.Buckets;
import io.karmadb.CounterCursor;
import io.karmadb.DayRange;
import io.karmadb.counter.BucketBuffer;
import io.karmadb.counter.CounterBatch;
import io.karmadb.counter.CounterTree;

/** Walks over a tree branch by branch, copying a few hundred keys at a time. */
final class TreeCursor implements CounterCursor {
    /** As many counters as a branch is locked for at a time; a wide range of days makes it fewer. */
    private static final int BATCH_KEYS = 256;

    /** When a batch has more buckets than this, the next one takes fewer keys. */
    private static final int BATCH_BUCKETS = 8_192;

    private final CounterTree counters;
    private final DayRange range;
    private final Trees trees;
    private final CounterBatch batch = new CounterBatch();
    private final View view = new View();

    private int branch = -1;
    private long[] keys = {};
    private int copied;
    private int index = -1;
    private int batchKeys = 16;
    private long lsn;
    private boolean closed;

    /** Takes over one hold on the tree. */
    TreeCursor(CounterTree counters, DayRange range, Trees trees) {
        this.counters = counters;
        this.range = range;
        this.trees = trees;
        this.lsn = trees.catalogLsn();
    }

    @Override
    public boolean next() {
        trees.checkOpen();
        if (closed) {
            throw new IllegalStateException("the cursor has been closed");
        }
        if (index + 1 < batch.size()) {
            index++;
            return true;
        }
        while (copied == keys.length) {
            if (branch + 1 >= counters.branchCount()) {
                return false;
            }
            keys = counters.keys(++branch);
            copied = 0;
        }
        int end = Math.min(keys.length, copied + batchKeys);
        counters.copy(branch, keys, copied, end, range.first(), range.last(), batch);
        copied = end;
        index = 0;
        lsn = Math.max(lsn, batch.lsn());
        batchKeys = batch.buckets().size() > BATCH_BUCKETS
                ? Math.max(1, batchKeys / 2)
                : Math.min(BATCH_KEYS, batchKeys * 2);
        return true;
    }

    @Override
    public long key() {
        return batch.key(index);
    }

    @Override
    public Buckets buckets() {
        return view;
    }

    @Override
    public long lsn() {
        return lsn;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            counters.release();
        }
    }

    private final class View implements Buckets {
        @Override
        public int size() {
            return batch.endBucket(index) - batch.firstBucket(index);
        }

        @Override
        public int day(int i) {
            return all().day(at(i));
        }

        @Override
        public long count(int i) {
            return all().count(at(i));
        }

        private BucketBuffer all() {
            return batch.buckets();
        }

        private int at(int i) {
            int first = batch.firstBucket(index);
            if (i < 0 || i >= batch.endBucket(index) - first) {
                throw new IndexOutOfBoundsException("no such bucket: index=" + i + ", size=" + size());
            }
            return first + i;
        }
    }
}
