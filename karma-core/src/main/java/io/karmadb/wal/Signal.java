package io.karmadb.wal;

import java.util.concurrent.locks.LockSupport;

/** A request to one waiting thread to look at its work; any number of requests count as one. */
final class Signal {
    private volatile boolean requested;
    private volatile Thread waiting;

    /** Asks the waiting thread, or whoever waits next, to go on. Cheap if it has been asked already. */
    void request() {
        if (!requested) {
            requested = true;
            Thread thread = waiting;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

    /**
     * Waits until there is a request or time is up, and takes the request. What the requesting thread did before is
     * seen by what the caller does after.
     *
     * @param nanos how long to wait at most
     */
    void await(long nanos) {
        if (!requested) {
            long end = System.nanoTime() + nanos;
            waiting = Thread.currentThread();
            long left = nanos;
            while (!requested && left > 0) {
                LockSupport.parkNanos(this, left);
                Thread.interrupted(); // a set flag would turn every further park into a busy loop
                left = end - System.nanoTime();
            }
            waiting = null;
        }
        requested = false;
    }
}
