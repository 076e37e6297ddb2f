package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a start has read may be in the memory of the operating system only. Nothing on disk may come to rely on it before
 * it has been forced, else a power failure leaves a directory that refuses to open.
 */
@Tag("exhaustive")
class RelianceCrashTest {
    @BeforeAll
    static void expectCrashes() {
        CrashError.expectInThreads();
    }

    /** Returns a disk after the process was killed, with lines in the log that were written and not forced. */
    private static DiskState killedWithUnforcedLines() {
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        KarmaStore store = Stores.open(disk, Durability.WRITE);
        store.tree("links").increment(1);
        store.checkpoint();
        store.tree("links").increment(1);
        store.tree("links").increment(2);
        DiskState left = disk.crash();
        closeCrashed(store);
        return left;
    }

    private static void closeCrashed(KarmaStore store) {
        try {
            store.close();
        } catch (KarmaException | CrashError expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        }
    }

    /**
     * Runs a session, lets the power fail before each of its operations and at its end, and opens what is left.
     *
     * @param seeds how many times: first all is lost that was not forced, then anything
     */
    private static void opensAfterAPowerFailureAnywhereIn(
            DiskState before, Durability durability, boolean restore, int seeds, Consumer<KarmaStore> session) {
        SimulatedDisk disk = Stores.disk(before);
        List<DiskState> states = new ArrayList<>();
        disk.listener((operation, path) -> {
            if (operation.changes()) {
                states.add(disk.state());
            }
            return null;
        });
        KarmaStore store = Stores.open(disk, durability, restore, new SimulatedClock(Stores.NOW));
        session.accept(store);
        states.add(disk.crash());
        closeCrashed(store);
        assertThat(states).hasSizeGreaterThan(5);
        for (DiskState state : states) {
            for (int seed = 0; seed < seeds; seed++) {
                Loss loss = seed == 0 ? Loss.EVERYTHING : Loss.ANYTHING;
                SimulatedDisk left = Stores.disk(state.crash(loss, Seeds.random(seed)));
                Stores.open(left, Durability.FSYNC).close();
            }
        }
    }

    @Test
    void aManifestThatSetsDataAsideDoesNotRelyOnALogThatWasOnlyWritten() {
        opensAfterAPowerFailureAnywhereIn(
                killedWithUnforcedLines(),
                Durability.FSYNC,
                false,
                4,
                store -> store.tree("links").increment(3));
    }

    @Test
    void aTornTailDoesNotBecomePartOfASegmentWhenDataIsSetAside() {
        Map<String, byte[]> files = Directory.filesOf(killedWithUnforcedLines());
        files.computeIfPresent("karma.wal", (name, log) -> Arrays.copyOf(log, log.length - 5));
        opensAfterAPowerFailureAnywhereIn(
                Directory.with(files),
                Durability.FSYNC,
                false,
                4,
                store -> store.tree("links").increment(3));
    }

    @Test
    void aManifestOfAStoreWithoutLogDoesNotRelyOnALogThatWasOnlyWritten() {
        opensAfterAPowerFailureAnywhereIn(killedWithUnforcedLines(), Durability.NONE, true, 4, store -> {
            store.createTree("more");
            store.snapshot("more");
        });
    }

    @Test
    void anOlderServersFilesThatNoTreeRestsOnSurviveAPowerFailureOnceTheDirectoryIsTakenOver() {
        Map<String, byte[]> files = new TreeMap<>();
        OlderDirectory older = olderWithASnapshot();
        older.files().forEach((name, content) -> {
            files.put(name, content);
            if (name.endsWith(".tree")) {
                files.put("5" + name.substring(name.indexOf('_')), content); // superseded
            }
        });
        SimulatedDisk disk = Stores.disk(Directory.unforced(files));
        Stores.open(disk, Durability.FSYNC).close();
        Map<String, byte[]> left = Directory.filesOf(disk.state().crash(Loss.EVERYTHING, Seeds.random(0)));
        files.forEach((name, content) -> {
            if (name.endsWith(".tree")) {
                assertThat(left.get(name)).as(name).isEqualTo(content);
            }
        });
    }

    private static OlderDirectory olderWithASnapshot() {
        for (long seed = 0; ; seed++) {
            OlderDirectory older = OlderDirectory.random(Seeds.random(seed), new SimulatedClock(Stores.NOW));
            if (older.files().keySet().stream().anyMatch(name -> name.endsWith(".tree"))) {
                return older;
            }
        }
    }

    @Test
    void aManifestThatTakesOverAnOlderDirectoryDoesNotRelyOnFilesThatWereOnlyWritten() {
        for (long seed = 0; seed < 10; seed++) {
            OlderDirectory older = OlderDirectory.random(Seeds.random(seed), new SimulatedClock(Stores.NOW));
            DiskState written = Directory.unforced(older.files());
            opensAfterAPowerFailureAnywhereIn(written, Durability.FSYNC, true, 1, store -> {});
            opensAfterAPowerFailureAnywhereIn(
                    written,
                    Durability.FSYNC,
                    false,
                    1,
                    store -> store.tree("links").increment(1));
        }
    }

    @Test
    void theDayOfAnOlderServersLinesOutlivesAKillAndAPowerFailureOfTwoStarts() {
        int compared = 0;
        for (long seed = 0; seed < 10; seed++) {
            OlderDirectory older = OlderDirectory.random(Seeds.random(seed), new SimulatedClock(Stores.NOW));
            for (DiskState killed : statesOfAStart(older.disk(), 0)) {
                for (DiskState again : statesOfAStart(killed, 1)) {
                    SimulatedClock later = new SimulatedClock(Stores.NOW.plus(Duration.ofDays(2)));
                    SimulatedDisk left = new SimulatedDisk(again.crash(Loss.ANYTHING, Seeds.random(seed)), later, 0);
                    try (KarmaStore store = Stores.open(left, Durability.FSYNC, true, later)) {
                        assertThat(ModelState.of(store).same(older.state()))
                                .as("seed=%s, expected=%s", seed, older.state())
                                .isTrue();
                    }
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(1_000);
    }

    /** Returns what is on the disk before each operation of a start that comes some days later. */
    private static List<DiskState> statesOfAStart(DiskState before, int daysLater) {
        SimulatedClock clock = new SimulatedClock(Stores.NOW.plus(Duration.ofDays(daysLater)));
        SimulatedDisk disk = new SimulatedDisk(before, clock, 0);
        List<DiskState> states = new ArrayList<>();
        disk.listener((operation, path) -> {
            if (operation.changes()) {
                states.add(disk.state());
            }
            return null;
        });
        Stores.open(disk, Durability.FSYNC, true, clock).close();
        return states;
    }
}
