package io.karmadb;

/**
 * What a command of a {@link DeferredTree} leaves behind: its result, and the LSN that the result rests on. Made once
 * and reused; for one thread at a time.
 *
 * <p>{@link #lsn()} only ever rises until {@link #clear}, so that one ticket can serve a batch of commands: when the
 * store is durable up to it, all of them may be acknowledged.
 */
public final class Ticket {
    private final boolean mayWait;
    private long lsn;
    private long value;
    private Buckets buckets;

    private Ticket(boolean mayWait) {
        this.mayWait = mayWait;
    }

    /**
     * Makes a ticket for an event loop: a command that would have to wait for a lock, for room in the log's buffer or
     * for a long command does nothing and returns {@code false}.
     *
     * @return a new ticket
     */
    public static Ticket neverWaiting() {
        return new Ticket(false);
    }

    /**
     * Makes a ticket for a thread that may block: commands wait for locks and for room, though not for durability, and
     * always return {@code true}.
     *
     * @return a new ticket
     */
    public static Ticket waiting() {
        return new Ticket(true);
    }

    /**
     * Says whether commands may wait.
     *
     * @return true for {@link #waiting}, false for {@link #neverWaiting}
     */
    public boolean mayWait() {
        return mayWait;
    }

    /**
     * Returns the highest LSN that the results since {@link #clear} rest on.
     *
     * @return an LSN for {@link KarmaStore#whenDurable}, 0 if nothing needs to be durable
     */
    public long lsn() {
        return lsn;
    }

    /**
     * Returns the number that the last command left: a sum, a new total, an amount taken.
     *
     * @return the unsigned number
     */
    public long value() {
        return value;
    }

    /**
     * Returns the buckets that the last {@code find} left.
     *
     * @return an immutable copy
     */
    public Buckets buckets() {
        return buckets;
    }

    /** Forgets result and LSN. */
    public void clear() {
        lsn = 0;
        value = 0;
        buckets = null;
    }

    /**
     * Raises the LSN: for the store, and for callers that gather several tickets in one.
     *
     * @param restsOn an LSN; one below the present one changes nothing
     */
    public void raiseLsn(long restsOn) {
        if (restsOn > lsn) {
            lsn = restsOn;
        }
    }

    /**
     * Leaves a number; for the store.
     *
     * @param result the unsigned number
     */
    public void setValue(long result) {
        value = result;
    }

    /**
     * Leaves buckets; for the store.
     *
     * @param result an immutable copy
     */
    public void setBuckets(Buckets result) {
        buckets = result;
    }
}
