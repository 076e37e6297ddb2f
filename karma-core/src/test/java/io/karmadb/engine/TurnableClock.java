package io.karmadb.engine;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;

/** A clock that stands until a test turns it. */
final class TurnableClock extends Clock {
    private final AtomicInteger looks = new AtomicInteger();
    private volatile Instant now;

    TurnableClock(LocalDate date) {
        turnTo(date);
    }

    TurnableClock(Instant moment) {
        turnTo(moment);
    }

    /** Turns it to noon. */
    void turnTo(LocalDate date) {
        turnTo(date.atTime(12, 0).toInstant(ZoneOffset.UTC));
    }

    void turnTo(Instant moment) {
        now = moment;
    }

    /** Returns how often it was looked at. */
    int looks() {
        return looks.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
        looks.incrementAndGet();
        return now;
    }
}
