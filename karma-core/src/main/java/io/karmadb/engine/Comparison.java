package io.karmadb.engine;

import io.karmadb.Ticket;
import io.karmadb.counter.BucketBuffer;
import io.karmadb.counter.CounterBatch;
import io.karmadb.counter.CounterTree;
import io.karmadb.counter.Outcome;
import io.karmadb.wal.LineHandler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Compares living trees with restored ones. What differs is kept with the last LSN of its branch; then the log is read on
 * once, and each is compared again when the restored trees have come to just that LSN.
 */
final class Comparison {
    private static final int BATCH_KEYS = 256;

    private final List<TreeState> living;
    private final Map<String, Restored> scratch;
    private final long lsn;
    private final Verification.Findings findings;
    private final List<Doubt> doubts = new ArrayList<>();
    private final Ticket ticket = Ticket.waiting();

    /**
     * Prepares a comparison.
     *
     * @param living the trees in memory
     * @param scratch the trees read from disk, up to the LSN
     * @param lsn what they were read up to
     * @param findings receives what is wrong
     */
    Comparison(List<TreeState> living, Map<String, Restored> scratch, long lsn, Verification.Findings findings) {
        this.living = living;
        this.scratch = scratch;
        this.lsn = lsn;
        this.findings = findings;
    }

    /** A key that differed: how it was in memory when the last LSN of its branch was that. */
    private record Doubt(TreeState tree, long key, BucketBuffer buckets, long total, long lsn) {}

    /** What is left to compare while the log is read on. */
    final class Rest {
        private int next;

        /** Returns the LSN that the log has to be read to. */
        long last() {
            return doubts.get(doubts.size() - 1).lsn;
        }

        /** Returns a handler that hands lines on and compares after each what is to be compared then. */
        LineHandler after(Replay replay) {
            return line -> {
                replay.line(line);
                while (next < doubts.size() && doubts.get(next).lsn <= line.lsn()) {
                    settle(doubts.get(next++));
                }
            };
        }
    }

    /**
     * Compares.
     *
     * @param readOn reads the log from the LSN on, if something differs that has been written since
     */
    void run(Consumer<Rest> readOn) {
        for (TreeState tree : living) {
            Restored restored = scratch.get(tree.name);
            if (restored == null) {
                if (isAlive(tree)) {
                    findings.problem("a tree in memory is not on disk: tree=" + tree.name);
                }
            } else if (tree.counters.retain()) {
                try {
                    compare(tree, restored.counters());
                } finally {
                    tree.counters.release();
                }
            }
        }
        if (!doubts.isEmpty()) {
            doubts.sort(Comparator.comparingLong(Doubt::lsn));
            readOn.accept(new Rest());
        }
    }

    private static boolean isAlive(TreeState tree) {
        boolean alive = tree.counters.retain();
        if (alive) {
            tree.counters.release();
        }
        return alive;
    }

    private void compare(TreeState tree, CounterTree restored) {
        long keysOnDisk = restored.keyCount();
        findings.addKeys(keysOnDisk);
        CounterBatch batch = new CounterBatch();
        long found = 0;
        for (int branch = 0; branch < tree.counters.branchCount(); branch++) {
            long[] keys = tree.counters.keys(branch);
            for (int from = 0; from < keys.length; from += BATCH_KEYS) {
                int to = Math.min(from + BATCH_KEYS, keys.length);
                tree.counters.copy(branch, keys, from, to, 0, Integer.MAX_VALUE, batch);
                for (int i = 0; i < batch.size(); i++) {
                    if (restored.contains(batch.key(i))) {
                        found++;
                    }
                    compare(tree, restored, batch, i);
                }
            }
        }
        if (found != keysOnDisk) {
            findings.problem("the disk has keys that are not in memory: tree=" + tree.name + ", keys on disk="
                    + keysOnDisk + ", in memory too=" + found);
        }
    }

    private void compare(TreeState tree, CounterTree restored, CounterBatch batch, int index) {
        BucketBuffer buckets = new BucketBuffer();
        for (int i = batch.firstBucket(index); i < batch.endBucket(index); i++) {
            buckets.add(batch.buckets().day(i), batch.buckets().count(i));
        }
        Doubt doubt = new Doubt(tree, batch.key(index), buckets, batch.total(index), batch.lsn());
        if (!agrees(doubt, restored)) {
            if (batch.lsn() <= lsn) {
                report(doubt, restored);
            } else {
                doubts.add(doubt);
            }
        }
    }

    private void settle(Doubt doubt) {
        Restored restored = scratch.get(doubt.tree.name);
        // Without a tree on disk, or with another one, it was dropped or replaced after the copy was made.
        if (restored != null && isAlive(doubt.tree) && !agrees(doubt, restored.counters())) {
            report(doubt, restored.counters());
        }
    }

    private boolean agrees(Doubt doubt, CounterTree restored) {
        if (!restored.contains(doubt.key)) {
            return false;
        }
        ticket.clear();
        Outcome outcome = restored.find(doubt.key, 0, Integer.MAX_VALUE, ticket);
        assert outcome == Outcome.DONE : outcome;
        boolean same = ticket.buckets().size() == doubt.buckets.size();
        for (int i = 0; same && i < doubt.buckets.size(); i++) {
            same = ticket.buckets().day(i) == doubt.buckets.day(i)
                    && ticket.buckets().count(i) == doubt.buckets.count(i);
        }
        outcome = restored.total(doubt.key, ticket);
        assert outcome == Outcome.DONE : outcome;
        return same && ticket.value() == doubt.total;
    }

    private void report(Doubt doubt, CounterTree restored) {
        ticket.clear();
        restored.find(doubt.key, 0, Integer.MAX_VALUE, ticket);
        findings.problem("disk and memory differ: tree=" + doubt.tree.name + ", key="
                + Long.toUnsignedString(doubt.key) + ", total in memory=" + Long.toUnsignedString(doubt.total)
                + ", on disk="
                + (restored.contains(doubt.key)
                        ? Long.toUnsignedString(ticket.buckets().sum())
                        : "none")
                + ", lsn=" + doubt.lsn);
    }
}
