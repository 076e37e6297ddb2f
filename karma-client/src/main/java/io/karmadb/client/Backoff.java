package io.karmadb.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before connecting again: a random time up to a limit that doubles with each failure, so that clients
 * which lost the same server do not come back at the same moment.
 *
 * @param first the limit after the first failure
 * @param max the limit after many
 * @param random draws from 0 to 1
 */
record Backoff(Duration first, Duration max, DoubleSupplier random) {
    private static final int DOUBLINGS_MAX = 30;

    /**
     * Returns a time to wait.
     *
     * @param failures how many there were in a row, 1 or more
     * @return between half of the limit and all of it
     */
    long nanos(int failures) {
        double limit =
                Math.min(max.toNanos(), first.toNanos() * (double) (1L << Math.min(failures - 1, DOUBLINGS_MAX)));
        return (long) (limit / 2 + limit / 2 * random.getAsDouble());
    }
}
