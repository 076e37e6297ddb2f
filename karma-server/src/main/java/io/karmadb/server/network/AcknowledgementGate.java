package io.karmadb.server.network;

import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The connections of one event loop that hold answers back until the log is durable. When the loop has served all sockets
 * that were ready, and found no more that are, it tries to make the log durable itself, once for all of them. What needs
 * the log's thread is asked for there, once for all connections; that thread comes back here after each group commit, and is
 * asked for the next one at once if more has been added meanwhile, so that the device does not wait until this loop has sent
 * its answers.
 *
 * <p>All but the listener's methods, which the log's thread calls, are for the event loop.
 */
final class AcknowledgementGate implements DurabilityListener {
    /** Who holds answers back. */
    interface Holder {
        /**
         * Sends what is durable by now.
         *
         * @return the LSN of what it still holds back, or 0 for nothing
         */
        long releaseDurable();
    }

    /** How long a force may keep the loop from its other clients, who would wait longer if another thread forced. */
    private static final long FORCE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

    /** The same for a loop with one client. */
    private static final long FORCE_NANOS_MAX_ALONE = TimeUnit.MILLISECONDS.toNanos(5);

    /** How long answers may be held back for requests that go on coming in, to be forced together. */
    private static final long GATHERING_NANOS_MAX = TimeUnit.MICROSECONDS.toNanos(500);

    private final KarmaStore store;
    private final EventLoop loop;
    private final Runnable release = this::release;
    private final Runnable endOfTurn = this::makeDurable;
    private final ArrayDeque<Holder> waiting = new ArrayDeque<>();
    private final IntSupplier connections;
    private final boolean onlyLoop;
    private final LongSupplier nanos;
    private boolean turnEnds;
    private long gatheringSinceNanos;
    private int gathered;
    private long lowestLsn = Long.MAX_VALUE;
    private volatile long highestLsn;
    private volatile KarmaException failure;

    /** Whether the store will call back. */
    private final AtomicBoolean asked = new AtomicBoolean();

    /**
     * Makes a gate at which nobody waits.
     *
     * @param connections tells how many there are on the loop
     * @param onlyLoop whether the server has no other loop: while one of several forces, the others could not
     * @param nanos a clock, such as {@link System#nanoTime}
     */
    AcknowledgementGate(
            KarmaStore store, EventLoop loop, IntSupplier connections, boolean onlyLoop, LongSupplier nanos) {
        this.store = store;
        this.loop = loop;
        this.connections = connections;
        this.onlyLoop = onlyLoop;
        this.nanos = nanos;
    }

    /** Returns why the log has failed, or null if it has not, as far as this loop knows. */
    KarmaException failure() {
        return failure;
    }

    /** Has {@link Holder#releaseDurable} called when what rests on an LSN may be sent. */
    void add(Holder holder, long lsn) {
        waiting.add(holder);
        note(lsn);
        gathered++;
        if (!turnEnds) {
            turnEnds = true;
            gatheringSinceNanos = nanos.getAsLong();
            loop.execute(endOfTurn); // it runs its tasks after all sockets that are ready
        }
    }

    private void note(long lsn) {
        lowestLsn = Math.min(lowestLsn, lsn);
        if (lsn > highestLsn) {
            highestLsn = lsn;
        }
    }

    private void makeDurable() {
        turnEnds = false;
        if (waiting.isEmpty()) {
            return; // released in between, or closed: there is no LSN to ask for
        }
        if (store.tryMakeDurable(highestLsn, 0)) { // by a write alone
            release();
        } else if (isMoreComing()) {
            turnEnds = true;
            loop.schedule(endOfTurn, 0, TimeUnit.NANOSECONDS); // it looks at its sockets before what is scheduled
        } else if (store.tryMakeDurable(highestLsn, forceNanosMax())) {
            release();
        } else {
            ask(lowestLsn);
        }
    }

    /**
     * Says whether to force a moment later, since clients who have not been heard yet may be sending: others have, since
     * this was asked last.
     */
    private boolean isMoreComing() {
        boolean coming = gathered > 0
                && forceNanosMax() > 0
                && waiting.size() < connections.getAsInt()
                && nanos.getAsLong() - gatheringSinceNanos < GATHERING_NANOS_MAX;
        gathered = 0;
        return coming;
    }

    private long forceNanosMax() {
        if (connections.getAsInt() == 1) {
            return FORCE_NANOS_MAX_ALONE;
        }
        return onlyLoop || waiting.size() == 1 ? FORCE_NANOS_MAX : 0;
    }

    private void ask(long lsn) {
        if (asked.compareAndSet(false, true)) {
            boolean done = false;
            try {
                store.whenDurable(lsn, this);
                done = true;
            } finally {
                if (!done) {
                    asked.set(false); // else nobody of this loop would ever be told again
                }
            }
        }
    }

    @Override
    public void durable() {
        if (store.isDurable(highestLsn)) {
            asked.set(false);
            // What was added between the two lines found that it was asked for already.
            if (!store.isDurable(highestLsn)) {
                ask(highestLsn);
            }
        } else {
            store.whenDurable(highestLsn, this); // which the next group commit holds
        }
        wake();
    }

    @Override
    public void failed(KarmaException cause) {
        failure = cause;
        wake();
    }

    private void wake() {
        try {
            loop.execute(release);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and its connections with it: there is nobody left to tell.
            assert loop.isShuttingDown() : e;
        }
    }

    private void release() {
        lowestLsn = Long.MAX_VALUE;
        for (int i = waiting.size(); i > 0; i--) {
            Holder holder = waiting.poll();
            long lsn = holder.releaseDurable();
            if (lsn != 0) {
                waiting.add(holder);
                note(lsn);
            }
        }
        if (!waiting.isEmpty() && !turnEnds) {
            ask(lowestLsn);
        }
    }
}
