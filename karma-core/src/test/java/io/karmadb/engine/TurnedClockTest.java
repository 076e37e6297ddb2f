package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.DayRange;
import io.karmadb.Durability;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A clock that goes a day forward or back between runs, or another time zone. */
class TurnedClockTest {
    private static final int KEY = 1;

    @TempDir
    Path parent;

    @ParameterizedTest
    @CsvSource({"1,0", "-1,0", "0,14", "0,-14", "1,-14", "-1,14", "-400,0"})
    void movesNothingToAnotherDayAndLosesNoSnapshot(int days, int zoneHours) {
        TestStore test = new TestStore(parent).with(options -> options.durability(Durability.FSYNC));
        LocalDate date = TestStore.FIRST_DAY;
        try (test) {
            test.open();
            int first = test.store().today();
            test.tree("a").increment(KEY, 5);
            test.store().checkpoint();
            test.tree("a").increment(KEY, 2); // in the log only
            test.clock.turnTo(date.plusDays(days));
            test.with(options -> options.durability(Durability.FSYNC).zone(ZoneOffset.ofHours(zoneHours)));
            test.killAndRestart();
            int second = test.store().today();
            assertThat(test.tree("a").find(KEY, new DayRange(first, first)).count(0))
                    .isEqualTo(7);
            test.tree("a").increment(KEY, 3);
            test.tree("a").decrement(KEY);
            // Its number in the file's name must be above the one of the later day, or a restart would take the older
            // one.
            test.store().checkpoint();
            test.tree("a").increment(KEY);
            test.clock.turnTo(date);
            test.with(options -> options.durability(Durability.FSYNC).zone(ZoneOffset.UTC));
            test.killAndRestart();
            assertThat(test.tree("a").sum(KEY)).isEqualTo(10);
            assertThat(test.tree("a").sum(KEY, new DayRange(first, first))).isEqualTo(first == second ? 10 : 7);
            assertThat(test.tree("a").sum(KEY, new DayRange(second, second))).isEqualTo(first == second ? 10 : 3);
            assertThat(test.store().verify().problems()).isEmpty();
        }
    }
}
