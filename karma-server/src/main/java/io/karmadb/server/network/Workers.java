package io.karmadb.server.network;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that may wait. Two kinds, so that a checkpoint or a verification, which can take minutes, holds up no
 * command that is merely waiting for a lock or for the log.
 *
 * <p>The queues are bounded by the number of connections, since each has at most one job at a time.
 */
final class Workers {
    private static final int SHORT_THREADS_MIN = 8;
    private static final int LONG_THREADS = 4;
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor shortJobs;
    private final ThreadPoolExecutor longJobs;

    Workers() {
        shortJobs = pool(
                "karma-worker-",
                Math.max(SHORT_THREADS_MIN, 2 * Runtime.getRuntime().availableProcessors()));
        longJobs = pool("karma-long-worker-", LONG_THREADS);
    }

    private static ThreadPoolExecutor pool(String prefix, int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Runs a job of milliseconds. */
    void runShort(Runnable job) {
        shortJobs.execute(job);
    }

    /** Runs a job of any length. */
    void runLong(Runnable job) {
        longJobs.execute(job);
    }

    /** Waits for the jobs that were submitted, however long they take; none may be submitted any more. */
    void close() {
        shortJobs.shutdown();
        longJobs.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (shortJobs.awaitTermination(1, TimeUnit.DAYS) && longJobs.awaitTermination(1, TimeUnit.DAYS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
