package io.karmadb.engine;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Something that a test does on a thread of its own. */
final class Background<T> {
    /** Longer than anything takes on the slowest machine; reached only by what hangs. */
    private static final long PATIENCE_SECONDS = 60;

    private final FutureTask<T> task;

    private Background(Callable<T> action) {
        task = new FutureTask<>(action);
        Thread thread = new Thread(task, "test-background");
        thread.setDaemon(true);
        thread.start();
    }

    static <T> Background<T> call(Callable<T> action) {
        return new Background<>(action);
    }

    static Background<Void> run(Runnable action) {
        return new Background<>(() -> {
            action.run();
            return null;
        });
    }

    /** Returns the result, or throws what the action has thrown. */
    T result() throws Throwable {
        try {
            return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause();
        } catch (TimeoutException e) {
            throw new AssertionError("not done after " + PATIENCE_SECONDS + " seconds", e);
        }
    }

    boolean isDone() {
        return task.isDone();
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("not reached after " + PATIENCE_SECONDS + " seconds");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for a condition that nobody tells of. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not so after " + PATIENCE_SECONDS + " seconds");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
