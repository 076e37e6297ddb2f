package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.CheckpointReport;
import io.karmadb.Durability;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.SnapshotInfo;
import io.karmadb.engine.AutomaticCheckpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Crashes anywhere in checkpoints: retention still counts the snapshots that somebody asked for apart from the others. */
class RetentionCrashTest {
    /** The second one has another name on disk, which is looked up in the file; the third one is cut and hashed there. */
    private static final List<String> TREES = List.of("links", "a/ü", "long".repeat(100));

    /** So many that of two changes to a directory, forced by nothing yet, the later one alone is kept now and then. */
    private static final int SEEDS = 4;

    @BeforeAll
    static void expectCrashes() {
        CrashError.expectInThreads();
    }

    private static List<String> asked(KarmaStore store) {
        return checkpoint(store, KarmaStore::checkpoint);
    }

    private static List<String> automatic(KarmaStore store) {
        return checkpoint(store, AutomaticCheckpoint::make);
    }

    private static List<String> checkpoint(KarmaStore store, Function<KarmaStore, CheckpointReport> make) {
        TREES.forEach(tree -> store.tree(tree).increment(1));
        CheckpointReport report = make.apply(store);
        assertThat(report.failures()).isEmpty();
        return report.snapshots().stream().map(SnapshotInfo::name).toList();
    }

    private static List<String> names(KarmaStore store) {
        return store.snapshots().stream().map(SnapshotInfo::name).toList();
    }

    private static void assertHolds(KarmaStore store, List<List<String>> checkpoints) {
        Set<String> expected = new HashSet<>();
        checkpoints.forEach(expected::addAll);
        assertThat(names(store)).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Has something done and hands over what is on the disk before each change, and what it is after a crash. */
    private static void crashingWherever(
            KarmaStore store, SimulatedDisk disk, Consumer<KarmaStore> action, Consumer<DiskState> look) {
        List<DiskState> states = new ArrayList<>();
        disk.listener((operation, path) -> {
            if (operation.changes()) {
                states.add(disk.state());
            }
            return null;
        });
        action.accept(store);
        states.add(disk.crash());
        assertThat(states).hasSizeGreaterThan(20);
        try {
            store.close();
        } catch (KarmaException | CrashError expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        }
        Set<Map<String, Integer>> seen = new HashSet<>(); // most crashes leave the same as another one
        for (int i = 0; i < states.size(); i++) {
            for (int seed = 0; seed < SEEDS + 2; seed++) {
                Loss loss = seed == 0 ? Loss.NOTHING : seed == 1 ? Loss.EVERYTHING : Loss.ANYTHING;
                DiskState left = states.get(i).crash(loss, new Random(seed));
                Map<String, Integer> files = new TreeMap<>();
                Directory.filesOf(left).forEach((name, bytes) -> {
                    if (!name.equals("karma.ballast")) { // large, and never read
                        files.put(name, Arrays.hashCode(bytes));
                    }
                });
                if (!seen.add(files)) {
                    continue;
                }
                try {
                    look.accept(left);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("crash at change " + i + ", loss=" + loss + ", seed=" + seed, e);
                }
            }
        }
    }

    @Test
    void snapshotsOfAnAutomaticCheckpointThatACrashCutShortTakeNoPlaceOfThoseThatSomebodyAskedFor() {
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        KarmaStore store = Stores.open(disk, Durability.FSYNC); // keeps two
        List<String> first = asked(store);
        List<String> second = asked(store);
        crashingWherever(store, disk, RetentionCrashTest::automatic, left -> {
            try (KarmaStore restarted = Stores.open(Stores.disk(left), Durability.FSYNC)) {
                List<String> automatic = automatic(restarted);
                assertHolds(restarted, List.of(first, second, automatic));
                List<String> third = asked(restarted);
                assertHolds(restarted, List.of(second, third));
                automatic = automatic(restarted);
                assertHolds(restarted, List.of(second, third, automatic));
            }
            try (KarmaStore restarted = Stores.open(Stores.disk(left), Durability.FSYNC)) {
                List<String> third = asked(restarted);
                assertHolds(restarted, List.of(second, third));
            }
        });
    }

    @Test
    void snapshotsThatSomebodyAskedForStayAskedForWhereverACrashCutTheirCheckpointShort() {
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        KarmaStore store = Stores.open(disk, Durability.FSYNC);
        asked(store);
        List<String> automatic = automatic(store);
        crashingWherever(store, disk, RetentionCrashTest::asked, left -> {
            try (KarmaStore restarted = Stores.open(Stores.disk(left), Durability.FSYNC)) {
                List<String> asked = new ArrayList<>(names(restarted));
                asked.removeAll(automatic);
                List<String> next = automatic(restarted);
                assertHolds(restarted, List.of(asked, next));
            }
        });
    }
}
