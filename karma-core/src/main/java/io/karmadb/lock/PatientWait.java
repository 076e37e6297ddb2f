package io.karmadb.lock;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waiting that an interrupt does not end: the thread's flag is set again afterwards. */
public final class PatientWait {
    private PatientWait() {}

    /**
     * Waits until a thread has ended.
     *
     * @param thread the thread, which has been started
     */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        restore(interrupted);
    }

    /**
     * Waits for a result.
     *
     * @param result what works it out
     * @param <T> the result's type
     * @return the result
     * @throws ExecutionException with what was thrown instead of a result
     */
    public static <T> T get(Future<T> result) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
