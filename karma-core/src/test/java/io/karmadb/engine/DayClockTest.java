package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DayClockTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-26T00:00:00Z");

    /** Counts how often it is looked at. */
    private static final class CountingClock extends Clock {
        private final AtomicInteger looks = new AtomicInteger();
        private volatile Instant now;

        CountingClock(Instant now) {
            this.now = now;
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

    private static Thread threadOf(Thread.State state) {
        for (; ; ) {
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().equals("karma-day-clock") && thread.getState() == state) {
                    return thread;
                }
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void dayIsToldWithoutALookAtTheClockMostOfTheTime() {
        CountingClock clock = new CountingClock(NOON);
        try (DayClock days = DayClock.ticking(clock, ZoneOffset.UTC)) {
            int calls = 0;
            while (calls < clock.looks.get() * 100) {
                assertThat(days.today()).isEqualTo(20261125);
                calls++;
            }
        }
    }

    @Test
    void everyCallLooksShortlyBeforeMidnightAndTheDayEndsToTheMillisecond() {
        CountingClock clock = new CountingClock(MIDNIGHT.minus(DayClock.MARGIN));
        try (DayClock days = DayClock.ticking(clock, ZoneOffset.UTC)) {
            int before = clock.looks.get();
            for (int i = 1; i <= 1_000; i++) {
                assertThat(days.today()).isEqualTo(20261125);
                assertThat(clock.looks.get()).isGreaterThanOrEqualTo(before + i);
            }
            clock.now = MIDNIGHT.minusMillis(1);
            assertThat(days.today()).isEqualTo(20261125);
            clock.now = MIDNIGHT;
            assertThat(days.today()).isEqualTo(20261126);
        }
    }

    @Test
    void clockThatIsSetIsNoticedAfterATick() {
        CountingClock clock = new CountingClock(NOON);
        try (DayClock days = DayClock.ticking(clock, ZoneOffset.UTC)) {
            assertThat(days.today()).isEqualTo(20261125);
            clock.now = MIDNIGHT.plusSeconds(3600);
            while (days.today() != 20261126) {
                Thread.onSpinWait();
            }
            clock.now = NOON;
            while (days.today() != 20261125) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void threadSleepsWhileNobodyAsksIsThereWhenSomebodyDoesAndEndsWithTheClock() {
        CountingClock clock = new CountingClock(NOON);
        DayClock days = DayClock.ticking(clock, ZoneOffset.UTC);
        Thread thread = threadOf(Thread.State.WAITING);
        clock.now = MIDNIGHT;
        assertThat(days.today()).isEqualTo(20261126);
        clock.now = NOON;
        while (days.today() != 20261125) {
            Thread.onSpinWait();
        }
        days.close();
        while (thread.isAlive()) {
            Thread.onSpinWait();
        }
        clock.now = MIDNIGHT;
        assertThat(days.today()).isEqualTo(20261126);
        clock.now = NOON;
        assertThat(days.today()).isEqualTo(20261125);
    }

    @Test
    void onlyTheSystemsClockTicks() {
        CountingClock clock = new CountingClock(NOON);
        try (DayClock days = DayClock.of(clock, ZoneOffset.UTC)) {
            int before = clock.looks.get();
            days.today();
            days.today();
            assertThat(clock.looks.get()).isEqualTo(before + 2);
        }
        try (DayClock days = DayClock.of(Clock.systemDefaultZone(), ZoneOffset.UTC)) {
            assertThat(days.today()).isPositive();
            threadOf(Thread.State.WAITING);
        }
    }
}
