package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.KarmaStore;
import io.karmadb.LogFailedException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.StoreHealth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Known faults of an older server that show only when the power or a force fails, which a real disk does not do on demand. */
class KnownFaultsPowerLossTest {
    /** So many that of two changes to a directory, forced by nothing yet, the later one alone is kept now and then. */
    private static final int SEEDS = 32;

    /** What has been opened: most crashes leave the same as another one. */
    private final Set<Map<String, Integer>> opened = new HashSet<>();

    @BeforeAll
    static void expectCrashes() {
        CrashError.expectInThreads();
    }

    /** Opens what a kill and what power failures leave of a disk. */
    private void afterAnyCrash(DiskState disk, Consumer<KarmaStore> look) {
        afterCrash(disk, Loss.NOTHING, 0, look);
        afterCrash(disk, Loss.EVERYTHING, 0, look);
        for (int seed = 0; seed < SEEDS; seed++) {
            afterCrash(disk, Loss.ANYTHING, seed, look);
        }
    }

    private void afterCrash(DiskState disk, Loss loss, int seed, Consumer<KarmaStore> look) {
        DiskState left = disk.crash(loss, new Random(seed));
        Map<String, Integer> files = new TreeMap<>();
        Directory.filesOf(left).forEach((name, bytes) -> {
            if (!name.equals("karma.ballast")) { // large, and never read
                files.put(name, Arrays.hashCode(bytes));
            }
        });
        if (!opened.add(files)) {
            return;
        }
        try (KarmaStore store = Stores.open(Stores.disk(left), Durability.FSYNC)) {
            look.accept(store);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("loss=" + loss + ", seed=" + seed + ", files=" + files.keySet(), e);
        }
    }

    /** Three trees of 1, dump_all; the power fails, or the process is killed, right after it or anywhere within. */
    @Test
    void snapshotsTheirNamesAndTheManifestAreDurableBeforeTheLogIsCut() {
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        List<DiskState> states = new ArrayList<>();
        ModelState expected;
        try (KarmaStore store = Stores.open(disk, Durability.FSYNC)) {
            for (String tree : List.of("a", "b", "c")) {
                store.tree(tree).increment(1);
            }
            expected = ModelState.of(store);
            disk.listener((operation, path) -> {
                if (operation.changes()) {
                    states.add(disk.state());
                }
                return null;
            });
            assertThat(store.checkpoint().failures()).isEmpty();
            disk.listener(DiskListener.NONE);
            states.add(disk.state());
        }
        assertThat(states).hasSizeGreaterThan(20);
        Map<String, byte[]> last =
                Directory.filesOf(states.get(states.size() - 1).crash(Loss.EVERYTHING, new Random(0)));
        assertThat(last.get("karma.wal")).as("the log has been cut").isEmpty();
        assertThat(last.keySet()).noneMatch(name -> name.endsWith(".segment") || name.endsWith(".tmp"));
        for (DiskState state : states) {
            afterAnyCrash(
                    state,
                    store -> assertThat(ModelState.of(store).same(expected)).isTrue());
        }
    }

    /** 2 inc acknowledged; a force of the log fails once during the third, and would succeed after that. */
    @Test
    void logWhoseForceFailedOnceAcknowledgesNothingMore() {
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        KarmaStore store = Stores.open(disk, Durability.FSYNC);
        store.tree("a").increment(1);
        store.tree("a").increment(1);
        int[] forces = new int[1];
        // Nothing but the log is forced for an increment.
        disk.listener(
                (operation, path) -> operation == Operation.FORCE && forces[0]++ == 0 ? Fault.ERROR_BEFORE : null);
        assertThatThrownBy(() -> store.tree("a").increment(1)).isInstanceOf(OutcomeUnknownException.class);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> store.tree("a").increment(1)).isInstanceOf(LogFailedException.class);
        }
        assertThat(store.health().state()).isEqualTo(StoreHealth.State.FAILED);
        assertThat(forces[0]).as("a force is never repeated").isEqualTo(1);
        DiskState failed = disk.state();
        assertThatThrownBy(store::close).isInstanceOf(OutcomeUnknownException.class);
        for (DiskState state : List.of(failed, disk.state())) {
            afterAnyCrash(
                    state,
                    restored -> assertThat(restored.tree("a").sum(1))
                            .as("two acknowledged, one of unknown outcome")
                            .isBetween(2L, 3L));
        }
    }
}
