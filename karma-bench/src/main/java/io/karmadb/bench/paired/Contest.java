package io.karmadb.bench.paired;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/**
 * Two sides that do the same work in turn, A B A B, for some rounds. Work is a function of a key; each thread has its
 * own keys, drawn in advance, and goes on in them from round to round.
 */
final class Contest {
    private static final int ROUNDS = 7;
    private static final int WARMUP_ROUNDS = 3;
    private static final int BATCH = 1_000;
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    /** A side: what it does, on how many threads. */
    record Side(LongUnaryOperator work, long[][] keys) {}

    /** Nanoseconds that a side takes for an operation, all threads together, in each round. */
    record Result(double[] ours, double[] theirs) {
        double oursNanos() {
            return median(ours);
        }

        double theirsNanos() {
            return median(theirs);
        }

        /** How many times as fast as the other side ours is: the median of the rounds' ratios. */
        double ratio() {
            double[] ratios = new double[ours.length];
            Arrays.setAll(ratios, i -> theirs[i] / ours[i]);
            return median(ratios);
        }
    }

    private Contest() {}

    static Result run(Side ours, Side theirs) throws InterruptedException {
        AtomicLong sink = new AtomicLong();
        for (int i = 0; i < WARMUP_ROUNDS; i++) {
            round(ours, i, sink);
            round(theirs, i, sink);
        }
        double[] oursNanos = new double[ROUNDS];
        double[] theirsNanos = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            oursNanos[i] = round(ours, i + WARMUP_ROUNDS, sink);
            theirsNanos[i] = round(theirs, i + WARMUP_ROUNDS, sink);
        }
        return new Result(oursNanos, theirsNanos);
    }

    /** Lets one side work alone and returns the nanoseconds an operation of each round. */
    static double[] alone(Side side) throws InterruptedException {
        AtomicLong sink = new AtomicLong();
        double[] nanos = new double[ROUNDS];
        for (int i = -WARMUP_ROUNDS; i < ROUNDS; i++) {
            double figure = round(side, i + WARMUP_ROUNDS, sink);
            if (i >= 0) {
                nanos[i] = figure;
            }
        }
        return nanos;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double round(Side side, int number, AtomicLong sink) throws InterruptedException {
        int threads = side.keys.length;
        CountDownLatch start = new CountDownLatch(1);
        AtomicLong operations = new AtomicLong();
        Thread[] workers = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            long[] keys = side.keys[i];
            workers[i] = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                operations.addAndGet(work(side.work, keys, number, sink));
            });
            workers[i].start();
        }
        long began = System.nanoTime();
        start.countDown();
        for (Thread worker : workers) {
            worker.join();
        }
        return (double) (System.nanoTime() - began) / operations.get();
    }

    private static long work(LongUnaryOperator work, long[] keys, int number, AtomicLong sink) {
        long end = System.nanoTime() + ROUND_NANOS;
        int next = (int) ((long) keys.length * (number % ROUNDS) / ROUNDS / BATCH * BATCH);
        long done = 0;
        long sum = 0;
        while (System.nanoTime() < end) {
            if (next + BATCH > keys.length) {
                next = 0;
            }
            for (int i = next; i < next + BATCH; i++) {
                sum += work.applyAsLong(keys[i]);
            }
            next += BATCH;
            done += BATCH;
        }
        sink.addAndGet(sum);
        return done;
    }
}
