package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DayClockTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-26T00:00:00Z");

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
        TurnableClock clock = new TurnableClock(NOON);
        try (DayClock days = DayClock.ticking(clock, ZoneOffset.UTC)) {
            int calls = 0;
            while (calls < clock.looks() * 100) {
                assertThat(days.today()).isEqualTo(20261125);
                calls++;
            }
        }
    }

    @Test
    void everyCallLooksShortlyBeforeMidnightAndTheDayEndsToTheMillisecond() {
        TurnableClock clock = new TurnableClock(MIDNIGHT.minus(DayClock.MARGIN));
        try (DayClock days = DayClock.ticking(clock, ZoneOffset.UTC)) {
            int before = clock.looks();
            for (int i = 1; i <= 1_000; i++) {
                assertThat(days.today()).isEqualTo(20261125);
                assertThat(clock.looks()).isGreaterThanOrEqualTo(before + i);
            }
            clock.turnTo(MIDNIGHT.minusMillis(1));
            assertThat(days.today()).isEqualTo(20261125);
            clock.turnTo(MIDNIGHT);
            assertThat(days.today()).isEqualTo(20261126);
        }
    }

    @Test
    void clockThatIsSetIsNoticedAfterATick() {
        TurnableClock clock = new TurnableClock(NOON);
        try (DayClock days = DayClock.ticking(clock, ZoneOffset.UTC)) {
            assertThat(days.today()).isEqualTo(20261125);
            clock.turnTo(MIDNIGHT.plusSeconds(3600));
            while (days.today() != 20261126) {
                Thread.onSpinWait();
            }
            clock.turnTo(NOON);
            while (days.today() != 20261125) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void threadSleepsWhileNobodyAsksIsThereWhenSomebodyDoesAndEndsWithTheClock() {
        TurnableClock clock = new TurnableClock(NOON);
        DayClock days = DayClock.ticking(clock, ZoneOffset.UTC);
        Thread thread = threadOf(Thread.State.WAITING);
        clock.turnTo(MIDNIGHT);
        assertThat(days.today()).isEqualTo(20261126);
        clock.turnTo(NOON);
        while (days.today() != 20261125) {
            Thread.onSpinWait();
        }
        days.close();
        assertThat(thread.isAlive()).isFalse();
        clock.turnTo(MIDNIGHT);
        assertThat(days.today()).isEqualTo(20261126);
        clock.turnTo(NOON);
        assertThat(days.today()).isEqualTo(20261125);
    }

    @Test
    void onlyTheSystemsClockTicks() {
        TurnableClock clock = new TurnableClock(NOON);
        try (DayClock days = DayClock.of(clock, ZoneOffset.UTC)) {
            int before = clock.looks();
            days.today();
            days.today();
            assertThat(clock.looks()).isEqualTo(before + 2);
        }
        try (DayClock days = DayClock.of(Clock.systemDefaultZone(), ZoneOffset.UTC)) {
            assertThat(days.today()).isPositive();
            threadOf(Thread.State.WAITING);
        }
    }
}
