package io.karmadb.engine;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands until a test turns it. */
final class TurnableClock extends Clock {
    private volatile Instant now;

    TurnableClock(LocalDate date) {
        now = date.atTime(12, 0).toInstant(ZoneOffset.UTC);
    }

    void turnTo(LocalDate date) {
        now = date.atTime(12, 0).toInstant(ZoneOffset.UTC);
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
        return now;
    }
}
