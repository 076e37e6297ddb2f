package io.karmadb.lock;

import java.util.concurrent.locks.StampedLock;

/**
 * A lock that is held for less than a microsecond mostly: who finds it taken looks again for a while before going to
 * sleep, which costs much more than that. Not reentrant. Whoever goes to sleep gets it in the end; nobody is promised an
 * order.
 */
public final class BriefLock extends StampedLock {
    private static final long serialVersionUID = 1;

    /** A turn of the loop costs some nanoseconds. */
    private static final int SPINS = 500;

    /** Makes a free lock. */
    public BriefLock() {}

    /**
     * Takes the lock.
     *
     * @param mayWait false to give up after having looked for a while
     * @return the stamp for {@link #unlockWrite}; 0 if it was given up
     */
    public long take(boolean mayWait) {
        long stamp = tryWriteLock();
        for (int i = 0; stamp == 0 && i < SPINS; i++) {
            Thread.onSpinWait();
            if (!isWriteLocked()) {
                stamp = tryWriteLock();
            }
        }
        return stamp == 0 && mayWait ? writeLock() : stamp;
    }
}
