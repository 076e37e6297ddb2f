package io.karmadb.examples;

import io.karmadb.DayRange;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A usage limit: a customer may make 100 calls in any 30 days, today included. */
public final class UsageLimit {
    private static final long CALLS_MAX = 100;
    private static final int WINDOW_DAYS = 30;

    private final KarmaStore store;
    private final Tree calls;

    UsageLimit(KarmaStore store) {
        this.store = store;
        this.calls = store.tree("calls");
    }

    /**
     * Takes one call from the customer's allowance. Counts first and takes back what was too much, so that callers who
     * come at the same moment never get more than the limit between them; one of them may be refused too early.
     *
     * @param customer the customer's number
     * @return whether the call may be made
     */
    boolean tryCall(long customer) {
        int today = store.today(); // read once: midnight may fall between the two writes
        calls.incrementOn(today, customer, 1);
        if (Long.compareUnsigned(used(customer, today), CALLS_MAX) <= 0) {
            return true;
        }
        calls.decrementOn(today, customer, 1);
        return false;
    }

    private long used(long customer, int today) {
        return calls.sum(customer, DayRange.lastDays(WINDOW_DAYS, today));
    }

    public static void main(String[] args) {
        TurnableClock clock = new TurnableClock(Instant.parse("2026-10-01T09:00:00Z"));
        KarmaOptions options = KarmaOptions.builder()
                .clock(clock)
                .zone(ZoneOffset.UTC)
                .history(HistoryKind.ON_HEAP) // in memory and small: needs no JVM flags
                .build();
        try (KarmaStore store = KarmaStore.open(options)) {
            UsageLimit limit = new UsageLimit(store);
            limit.callAndPrint(7, 60);
            clock.turn(Duration.ofDays(10));
            limit.callAndPrint(7, 60);
            clock.turn(Duration.ofDays(19));
            limit.callAndPrint(7, 1); // the first day is the 30th and last of the window
            clock.turn(Duration.ofDays(1));
            limit.callAndPrint(7, 70); // now it has left it, and its 60 calls are free again
        }
    }

    private void callAndPrint(long customer, int times) {
        int allowed = 0;
        for (int i = 0; i < times; i++) {
            allowed += tryCall(customer) ? 1 : 0;
        }
        int today = store.today();
        System.out.printf(
                "%d: customer %s asked for %d: %d allowed, %d refused, %s of %d used%n",
                today,
                Long.toUnsignedString(customer),
                times,
                allowed,
                times - allowed,
                Long.toUnsignedString(used(customer, today)),
                CALLS_MAX);
    }

    /** Stands in for the passing of days; an application uses the system's clock, which is the default. */
    private static final class TurnableClock extends Clock {
        private Instant now;

        TurnableClock(Instant now) {
            this.now = now;
        }

        void turn(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return fixed(now, zone);
        }
    }
}
