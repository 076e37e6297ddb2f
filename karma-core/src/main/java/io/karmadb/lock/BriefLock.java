package io.karmadb.lock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock that is held for less than a microsecond mostly: who finds it taken looks again for a while before going to
 * sleep, which costs much more than that. Not reentrant. Who has gone to sleep is woken in the order of arrival; whoever
 * comes by meanwhile may be first.
 *
 * <p>Taking a free one is a compare-and-set, giving it back a store that no fence follows: a fence would hold the processor
 * up until its earlier stores have arrived, among them those to what the lock guards. Without one a thread that is about to
 * sleep can just miss being woken, so who is to have it next looks by itself every millisecond.
 *
 * <p>What it guards can also be read without it, as a guess that is checked afterwards: {@link #tryOptimisticRead} and
 * {@link #validate}, or {@link #tryTake(long)}.
 */
public class BriefLock {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(BriefLock.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A turn of the loop costs some nanoseconds. */
    private static final int SPINS = 500;

    private static final long SLEEP_NANOS = 1_000_000;

    /** Who is not the next is woken for sure: who was before it has left the queue when it gives the lock back. */
    private static final long SLEEP_BEHIND_NANOS = 50 * SLEEP_NANOS;

    /** Even if the lock is free, odd if it is taken; never the same again, and never 0. */
    private volatile long state = 2;

    /** Null until somebody has to sleep. */
    private volatile Queue<Thread> sleepers;

    /** Makes a free lock. */
    public BriefLock() {}

    /**
     * Takes the lock if it is free.
     *
     * @return whether it was
     */
    public final boolean tryTake() {
        long seen = tryOptimisticRead();
        return seen != 0 && tryTake(seen);
    }

    /**
     * Takes the lock if nobody has had it since an optimistic read began: what was read then holds now.
     *
     * @param seen what {@link #tryOptimisticRead} returned, not 0
     * @return whether it was taken
     */
    public final boolean tryTake(long seen) {
        if (STATE.compareAndSet(this, seen, seen + 1)) {
            VarHandle.storeStoreFence(); // what is changed now is not seen by a guess that does not see it taken
            return true;
        }
        return false;
    }

    /**
     * Takes the lock. An interrupt does not end the wait, and the thread finds its flag set afterwards.
     *
     * @param mayWait false to give up after having looked for a while
     * @return false if it was given up
     */
    public final boolean take(boolean mayWait) {
        if (tryTake()) {
            return true;
        }
        for (int i = 0; i < SPINS; i++) {
            Thread.onSpinWait();
            if (tryTake()) {
                return true;
            }
        }
        if (mayWait) {
            sleepUntilTaken();
        }
        return mayWait;
    }

    private void sleepUntilTaken() {
        Thread current = Thread.currentThread();
        Queue<Thread> queue = enqueue(current);
        boolean interrupted = false;
        try {
            while (!isNext(queue, current) || !tryTake()) {
                LockSupport.parkNanos(this, isNext(queue, current) ? SLEEP_NANOS : SLEEP_BEHIND_NANOS);
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (queue != null) {
                queue.remove(current); // before it gives the lock back, and wakes who is next then
            }
            if (interrupted) {
                current.interrupt();
            }
        }
    }

    /** Returns the queue that a thread stands in now; null if there is no memory for that, it looks now and then instead. */
    private Queue<Thread> enqueue(Thread thread) {
        try {
            Queue<Thread> queue = queue();
            queue.add(thread);
            return queue;
        } catch (OutOfMemoryError e) {
            return null;
        }
    }

    private static boolean isNext(Queue<Thread> queue, Thread thread) {
        return queue == null || queue.peek() == thread;
    }

    private synchronized Queue<Thread> queue() {
        if (sleepers == null) {
            sleepers = new ConcurrentLinkedQueue<>();
        }
        return sleepers;
    }

    /** Gives the lock back; to be called by the thread that has it. Throws nothing. */
    public final void release() {
        long taken = state;
        assert (taken & 1) != 0 : "released, and not taken";
        STATE.setRelease(this, taken + 1);
        Queue<Thread> queue = sleepers;
        if (queue != null) {
            wake(queue.peek());
        }
    }

    private static void wake(Thread sleeper) {
        try {
            LockSupport.unpark(sleeper);
        } catch (Throwable e) {
            // A virtual thread's scheduler may lack memory, or be closed. What the lock guards has been changed, which
            // the caller must not doubt; and who sleeps looks again within a moment without being woken.
        }
    }

    /**
     * Begins to read what the lock guards without taking it.
     *
     * @return what {@link #validate} is to be given; 0 if the lock is taken
     */
    public final long tryOptimisticRead() {
        long seen = state;
        return (seen & 1) == 0 ? seen : 0;
    }

    /**
     * Says whether nobody has had the lock since an optimistic read began.
     *
     * @param seen what that returned, not 0
     * @return whether what was read meanwhile belongs together
     */
    public final boolean validate(long seen) {
        VarHandle.acquireFence(); // what was read before is not read after this
        return state == seen;
    }
}
