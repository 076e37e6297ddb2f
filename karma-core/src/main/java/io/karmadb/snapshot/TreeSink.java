package io.karmadb.snapshot;

import io.karmadb.counter.BucketBuffer;
import io.karmadb.counter.CounterTree;
import io.karmadb.lock.PatientWait;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Builds a tree of a snapshot's counters. Reading a large file and building its tree take about the same time, so a second
 * thread builds with one chunk of counters while the first reads the next. A tree of a few counters is built by the thread
 * that reads.
 *
 * <p><b>Failure:</b> what the second thread meets with is thrown at the next call.
 */
final class TreeSink implements CounterSink {
    private final CounterTree tree;
    private CounterChunk filling = new CounterChunk();

    /** The chunk that is or was under way; made when the first is full. */
    private CounterChunk other;

    private ExecutorService builder;
    private Thread thread;

    /** What the second thread is at, or null. */
    private Future<RepeatedKey> underWay;

    TreeSink(CounterTree tree) {
        this.tree = tree;
    }

    /** Keys lie in branches as chance has it, so the first few tell how many pages of history there will be. */
    @Override
    public void startBranch(int index, int branches, int keys) {
        if (builder != null && Integer.bitCount(index) == 1) {
            tree.expectHistory(branches / index);
        }
    }

    @Override
    public RepeatedKey accept(long key, long offset, BucketBuffer buckets) {
        filling.add(key, offset, buckets);
        return filling.isFull() ? handOver() : null;
    }

    private RepeatedKey handOver() {
        if (builder == null) {
            builder = Executors.newSingleThreadExecutor(this::newThread);
            other = new CounterChunk();
        }
        RepeatedKey repeated = settle();
        if (repeated == null) {
            CounterChunk full = filling;
            filling = other;
            other = full;
            underWay = builder.submit(() -> full.restoreInto(tree));
        }
        return repeated;
    }

    private Thread newThread(Runnable work) {
        thread = new Thread(null, work, "karma-restore-builder", 0, false);
        thread.setDaemon(true);
        return thread;
    }

    /** Waits for the second thread, if it is at anything, and returns what it found. */
    private RepeatedKey settle() {
        Future<RepeatedKey> awaited = underWay;
        underWay = null;
        try {
            return awaited == null ? null : PatientWait.get(awaited);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw (RuntimeException) e.getCause(); // the work declares no other
        }
    }

    @Override
    public RepeatedKey finish() {
        RepeatedKey repeated = settle();
        return repeated == null ? filling.restoreInto(tree) : repeated;
    }

    /** Waits for the second thread, so that nobody uses the tree any more. */
    @Override
    public void close() {
        if (underWay != null) {
            try {
                PatientWait.get(underWay);
            } catch (ExecutionException e) {
                // the reading has failed already; what came of building does not matter any more
            }
        }
        if (builder != null) {
            builder.shutdown();
            PatientWait.join(thread);
        }
    }
}
