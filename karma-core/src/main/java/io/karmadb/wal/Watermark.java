package io.karmadb.wal;

import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.logging.Loggers;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/**
 * How far the log has got in one respect, and who waits for it to get further.
 *
 * <p><b>Threads:</b> any may wait; whoever holds the flusher's round calls {@link #advance} and {@link #fail}, and with
 * that the listeners.
 *
 * <p><b>Invariant:</b> the value never goes back. A wait for a value that was reached succeeds, also after a failure;
 * any other wait fails after it.
 */
final class Watermark {
    private static final Logger LOG = Loggers.of(Watermark.class);

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock; the value is also read without it.
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>();
    private volatile long value;
    private LogFailure failure;
    private long waitersSoFar;

    /** Whom {@link #advance} or {@link #fail} is about to tell. */
    private final List<Waiter> ready = new ArrayList<>();

    Watermark(long value) {
        this.value = value;
    }

    /** Returns what has been reached. */
    long value() {
        return value;
    }

    /** Says whether somebody waits. */
    boolean isAwaited() {
        lock.lock();
        try {
            return !waiters.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells a listener when a value has been reached or cannot be any more; at once, on this thread, if that is so
     * already.
     *
     * @param target the value
     * @param listener called once
     * @return whether the listener waits, so that the flusher should be woken
     */
    boolean whenReached(long target, DurabilityListener listener) {
        LogFailure failed = null;
        if (value < target) {
            lock.lock();
            try {
                if (value < target) {
                    if (failure == null) {
                        waiters.add(new Waiter(target, waitersSoFar++, listener));
                        return true;
                    }
                    failed = failure;
                }
            } finally {
                lock.unlock();
            }
        }
        if (failed == null) {
            listener.durable();
        } else {
            listener.failed(failed.outcomeUnknown());
        }
        return false;
    }

    /**
     * Waits until a value has been reached or cannot be any more. An interrupt does not end the wait; the flag is set
     * again afterwards.
     *
     * @param target the value
     * @param flusher is woken if there is something to wait for
     * @return whether it has been reached
     */
    boolean await(long target, Signal flusher) {
        if (value >= target) {
            return true;
        }
        ParkedThread thread = new ParkedThread();
        if (whenReached(target, thread)) {
            flusher.request();
        }
        return thread.await();
    }

    /** Moves the value on and tells whoever has waited for that. */
    void advance(long reached) {
        assert reached >= value : "value=" + value + ", reached=" + reached;
        lock.lock();
        try {
            value = reached;
            while (!waiters.isEmpty() && waiters.peek().target <= reached) {
                ready.add(waiters.poll());
            }
        } finally {
            lock.unlock();
        }
        tell(null);
    }

    /** Lets every wait fail, now and later, but for what has been reached. */
    void fail(LogFailure reason) {
        lock.lock();
        try {
            if (failure == null) {
                failure = reason;
            }
            while (!waiters.isEmpty()) {
                ready.add(waiters.poll());
            }
        } finally {
            lock.unlock();
        }
        tell(reason);
    }

    private void tell(LogFailure reason) {
        for (int i = 0; i < ready.size(); i++) {
            try {
                if (reason == null) {
                    ready.get(i).listener.durable();
                } else {
                    ready.get(i).listener.failed(reason.outcomeUnknown());
                }
            } catch (Throwable e) { // whatever it is, it is the listener's, and must not end the log
                LOG.error("A durability listener failed: lsn={}", ready.get(i).target, e);
            }
        }
        ready.clear();
    }

    private record Waiter(long target, long number, DurabilityListener listener) implements Comparable<Waiter> {
        @Override
        public int compareTo(Waiter other) {
            return target != other.target ? Long.compare(target, other.target) : Long.compare(number, other.number);
        }
    }

    private static final class ParkedThread implements DurabilityListener {
        private static final int WAITING = 0;
        private static final int REACHED = 1;
        private static final int FAILED = 2;

        private final Thread thread = Thread.currentThread();
        private volatile int outcome = WAITING;

        @Override
        public void durable() {
            outcome = REACHED;
            LockSupport.unpark(thread);
        }

        @Override
        public void failed(KarmaException failure) {
            outcome = FAILED;
            LockSupport.unpark(thread);
        }

        boolean await() {
            boolean interrupted = false;
            while (outcome == WAITING) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                thread.interrupt();
            }
            return outcome == REACHED;
        }
    }
}
