package io.karmadb.counter;

import io.karmadb.lock.PatientWait;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few daemon threads that do the work of virtual threads in Chronicle Map; they go when idle.
 *
 * <p>Waiting for them ignores interrupts and restores the flag. Work given to them takes no lock of ours that a waiting
 * thread may hold.
 */
final class PlatformThreads {
    private static final int IDLE_SECONDS = 10;

    /** {@code Thread.isVirtual}, which is there from Java 21 on; null before. */
    private static final MethodHandle IS_VIRTUAL = findIsVirtual();

    private static final ThreadPoolExecutor POOL = newPool();

    private PlatformThreads() {}

    private static MethodHandle findIsVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (NoSuchMethodException e) {
            return null; // Java 17 to 20 has no virtual threads
        } catch (IllegalAccessException e) {
            throw new LinkageError("Thread.isVirtual is public", e);
        }
    }

    private static ThreadPoolExecutor newPool() {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new Factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Says whether the current thread must have its work done by {@link #call} or {@link #run}. */
    static boolean needed() {
        return IS_VIRTUAL != null && isVirtual(Thread.currentThread());
    }

    private static boolean isVirtual(Thread thread) {
        try {
            return (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable e) {
            throw new LinkageError("Thread.isVirtual throws nothing", e);
        }
    }

    /**
     * Has a platform thread work something out, and waits for it.
     *
     * @return what it has returned
     */
    static <T> T call(Callable<T> work) {
        return await(POOL.submit(work));
    }

    /** Has a platform thread do something, and waits for it. */
    static void run(Runnable work) {
        await(POOL.submit(work));
    }

    /** Waits for a result, and passes on what was thrown instead of one. */
    static <T> T await(Future<T> result) {
        try {
            return PatientWait.get(result);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(
                    "history could not be used: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private static final class Factory implements ThreadFactory {
        private final AtomicInteger made = new AtomicInteger();

        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(null, work, "karma-history-" + made.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(PlatformThreads.class.getClassLoader()); // not that of whoever came first
            return thread;
        }
    }
}
