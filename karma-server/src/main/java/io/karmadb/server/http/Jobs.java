package io.karmadb.server.http;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The threads of the HTTP port: a few for what takes milliseconds, with a queue for each connection to wait in once; and
 * one for what reads many keys, which refuses whoever would have to wait.
 */
final class Jobs {
    private static final int WORKERS = 2;
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor workers;
    private final ThreadPoolExecutor scan;
    private final AtomicBoolean scanning = new AtomicBoolean();

    /** @param queued how many jobs may wait */
    Jobs(int queued) {
        workers = new ThreadPoolExecutor(
                WORKERS,
                WORKERS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queued),
                new DefaultThreadFactory("karma-http-worker", true));
        scan = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("karma-http-scan", true));
        workers.allowCoreThreadTimeOut(true);
        scan.allowCoreThreadTimeOut(true);
    }

    /** Has an answer made in milliseconds, and handed over. Returns false if there are too many jobs. */
    boolean runShort(Supplier<Reply> making, Consumer<Reply> receiver) {
        try {
            workers.execute(() -> receiver.accept(making.get()));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Has an answer made in seconds, and handed over. Returns false if another one is being made. */
    boolean runScan(Supplier<Reply> making, Consumer<Reply> receiver) {
        if (!scanning.compareAndSet(false, true)) {
            return false;
        }
        scan.execute(() -> {
            Reply made;
            try {
                made = making.get();
            } finally {
                scanning.set(false); // first, so that whoever has the answer can ask for the next
            }
            receiver.accept(made);
        });
        return true;
    }

    /** Waits for the jobs that run, which give up once their clients are gone; those that wait are dropped. */
    void close() {
        workers.getQueue().clear();
        workers.shutdown(); // not with an interrupt: a job may be reading files of the store
        scan.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (workers.awaitTermination(1, TimeUnit.DAYS) && scan.awaitTermination(1, TimeUnit.DAYS)) {
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
