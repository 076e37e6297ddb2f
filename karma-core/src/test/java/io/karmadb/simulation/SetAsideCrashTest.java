package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Crashes while an older server's directory is set aside, and restarts: nothing may change what was set aside. */
@Tag("exhaustive")
class SetAsideCrashTest {
    @BeforeAll
    static void expectCrashes() {
        CrashError.expectInThreads();
    }

    @Test
    void theLinesOfAnOlderServerKeepTheirDayWhereTheyWereSetAsideWhicheverWriteTheCrashHits() {
        for (long seed = 0; seed < 40; seed++) {
            OlderDirectory older = OlderDirectory.random(Seeds.random(seed), new SimulatedClock(Stores.NOW));
            if (older.state().same(ModelState.EMPTY)) {
                continue;
            }
            for (DiskState crashed : statesWhileSettingAside(older)) {
                // Killed, restarted and killed again a week later, when the day is another one.
                SimulatedClock later = new SimulatedClock(Stores.NOW.plus(Duration.ofDays(7)));
                SimulatedDisk disk = new SimulatedDisk(crashed, later, seed);
                ModelState found;
                try (KarmaStore store = Stores.open(disk, Durability.FSYNC, true, later)) {
                    found = ModelState.of(store);
                }
                if (!found.same(older.state())) {
                    assertThat(asides(disk, later))
                            .as("seed=%s, older=%s", seed, older.state())
                            .anyMatch(older.state()::same);
                }
            }
        }
    }

    private static List<DiskState> statesWhileSettingAside(OlderDirectory older) {
        List<DiskState> states = new ArrayList<>();
        SimulatedDisk disk = Stores.disk(older.disk());
        disk.listener((operation, path) -> {
            if (operation.changes()) {
                states.add(disk.state());
            }
            return null;
        });
        KarmaStore store = Stores.open(disk, Durability.FSYNC, false, new SimulatedClock(Stores.NOW));
        store.createTree("fresh");
        states.add(disk.crash());
        try {
            store.close();
        } catch (KarmaException | CrashError expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        }
        return states;
    }

    private static List<ModelState> asides(SimulatedDisk disk, SimulatedClock clock) {
        List<ModelState> found = new ArrayList<>();
        for (String name : Leftovers.asides(disk, Player.DIRECTORY)) {
            SimulatedDisk copy = new SimulatedDisk(disk.state(), clock, 0);
            try (KarmaStore aside = Stores.open(copy, disk.resolve(Player.DIRECTORY, name), clock)) {
                found.add(ModelState.of(aside));
            }
        }
        return found;
    }
}
