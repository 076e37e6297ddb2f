package io.karmadb.engine;

import io.karmadb.Day;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * Tells the current day. Keeps the first and the last millisecond of the day it told last, so that telling it again costs
 * a look at the clock. Safe for any number of threads; allocates once a day.
 */
final class DayClock {
    private final Clock clock;
    private final ZoneId zone;
    private volatile Window window;

    DayClock(Clock clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
        this.window = windowAt(clock.millis());
    }

    /** Returns the current day as {@code YYYYMMDD}. */
    int today() {
        long now = clock.millis();
        Window known = window;
        if (now < known.start || now >= known.end) {
            known = windowAt(now);
            window = known;
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

    private record Window(long start, long end, int day) {}
}
