package io.karmadb.engine;

import io.karmadb.Day;
import io.karmadb.lock.PatientWait;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells the current day. Safe for any number of threads; allocates once a day.
 *
 * <p>A look at the system's clock holds a processor up until all reads of memory before it have arrived, so that an
 * increment would wait for the cache misses of the one before; it costs as much as all the rest. Therefore a day that was
 * told once is told again without a look, for a tick of a few milliseconds: a thread of its own forgets it then, and
 * sleeps while nobody asks. Near midnight every call looks, so that a day is told too late only if that thread was held
 * up for longer than {@link #MARGIN}, or if somebody sets the clock, and then for a tick.
 */
final class DayClock implements AutoCloseable {
    static final Duration MARGIN = Duration.ofSeconds(2);

    private static final long TICK_NANOS = 10_000_000;

    private final Clock clock;
    private final ZoneId zone;
    private volatile Window window;

    /** The day, as long as it may be told without a look at the clock; else 0. */
    private volatile int told;

    /** Null if every call looks at the clock. */
    private final Ticker ticker;

    private DayClock(Clock clock, ZoneId zone, boolean ticking) {
        this.clock = clock;
        this.zone = zone;
        this.window = windowAt(clock.millis());
        ticker = ticking ? new Ticker() : null;
    }

    /**
     * Returns one that looks at the clock each time.
     *
     * @param clock tells the time
     * @param zone says when a day begins
     */
    static DayClock looking(Clock clock, ZoneId zone) {
        return new DayClock(clock, zone, false);
    }

    /**
     * Returns one that looks at the clock once in a tick, for a clock that nobody turns but the operating system.
     *
     * @param clock tells the time
     * @param zone says when a day begins
     * @return a clock to be closed, with a thread
     */
    static DayClock ticking(Clock clock, ZoneId zone) {
        DayClock days = new DayClock(clock, zone, true);
        days.ticker.thread.start();
        return days;
    }

    /** Returns the one that suits a clock: only the system's goes on by itself, others are turned by tests. */
    static DayClock of(Clock clock, ZoneId zone) {
        return clock.getClass() == Clock.systemUTC().getClass() ? ticking(clock, zone) : looking(clock, zone);
    }

    /** Returns the current day as {@code YYYYMMDD}. */
    int today() {
        int day = told;
        return day != 0 ? day : look();
    }

    private int look() {
        long now = clock.millis();
        Window known = window;
        if (!known.contains(now)) {
            known = windowAt(now);
            window = known;
        }
        if (ticker != null && known.isFarFromEnd(now)) {
            told = known.day;
            ticker.wake();
            // This thread may have been held up between the look and the note, or nobody will forget what it noted.
            if (!known.isFarFromEnd(clock.millis()) || ticker.closed) {
                told = 0;
            }
        }
        return known.day;
    }

    /** Returns the day of a moment as {@code YYYYMMDD}. */
    int dayOf(Instant moment) {
        return Day.of(moment.atZone(zone).toLocalDate());
    }

    /** Returns the Unix time in seconds. */
    long seconds() {
        return Math.floorDiv(clock.millis(), 1000L);
    }

    private Window windowAt(long millis) {
        LocalDate date = Instant.ofEpochMilli(millis).atZone(zone).toLocalDate();
        return new Window(
                date.atStartOfDay(zone).toInstant().toEpochMilli(),
                date.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli(),
                Day.of(date));
    }

    /** Ends the thread, which is gone when this returns; days are told on. */
    @Override
    public void close() {
        if (ticker != null) {
            ticker.close();
        }
    }

    private record Window(long start, long end, int day) {
        boolean contains(long millis) {
            return millis >= start && millis < end;
        }

        boolean isFarFromEnd(long millis) {
            return millis >= start && millis < end - MARGIN.toMillis();
        }
    }

    /** Forgets the day that was told, once in a tick; if nobody has asked since, waits until somebody does. */
    private final class Ticker implements Runnable {
        private final Thread thread = new Thread(this, "karma-day-clock");
        private volatile boolean idle;
        private volatile boolean closed;

        Ticker() {
            thread.setDaemon(true);
        }

        @Override
        public void run() {
            while (!closed) {
                told = 0;
                rest(TICK_NANOS);
                idle = true; // before the look, so that a day noted after it wakes this thread
                while (told == 0 && !closed) {
                    LockSupport.park(this);
                    Thread.interrupted(); // a set flag would turn every further park into a busy loop
                }
                idle = false;
            }
            told = 0;
        }

        private void rest(long nanos) {
            long end = System.nanoTime() + nanos;
            for (long left = nanos; left > 0 && !closed; left = end - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
                Thread.interrupted();
            }
        }

        void wake() {
            if (idle) {
                LockSupport.unpark(thread);
            }
        }

        void close() {
            closed = true;
            LockSupport.unpark(thread);
            PatientWait.join(thread);
        }
    }
}
