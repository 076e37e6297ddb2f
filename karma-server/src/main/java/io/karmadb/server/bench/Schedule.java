package io.karmadb.server.bench;

/** When a worker may send requests, how many, and, in the open loop, when each is due. Not for several threads at once. */
final class Schedule {
    private static final double SECOND_NANOS = 1e9;

    private final Load load;
    private final int connections;
    private long countedLeft;
    private long sendNanos;
    private long countNanos;
    private long endNanos;
    private double dueEveryNanos;

    /**
     * Makes the schedule of a worker that is yet to begin.
     *
     * @param connections how many of the load's connections are the worker's
     * @param requests how many requests that count
     */
    Schedule(Load load, int connections, long requests) {
        this.load = load;
        this.connections = connections;
        this.countedLeft = requests;
    }

    /** Sets when it begins. */
    void begin(long startNanos) {
        sendNanos = startNanos;
        countNanos = startNanos + load.warmupNanos();
        endNanos = load.nanos() == 0 ? Long.MAX_VALUE : countNanos + load.nanos();
        dueEveryNanos = SECOND_NANOS / load.rate() * load.connections() / connections;
    }

    /** Returns when the warm-up ends: what is sent before does not count. */
    long countNanos() {
        return countNanos;
    }

    /** Says whether more requests may come. */
    boolean mayGoOn(long now) {
        return now < endNanos && (countedLeft > 0 || now < countNanos);
    }

    /** Says whether another request may be sent, and counts it. */
    boolean mayStart(long now) {
        if (now < countNanos) {
            return true;
        }
        if (now >= endNanos || countedLeft == 0) {
            return false;
        }
        countedLeft--;
        return true;
    }

    /** Returns when the worker's request of a number, counted from 0, is due. */
    long dueNanos(long number) {
        return sendNanos + (long) (number * dueEveryNanos);
    }
}
