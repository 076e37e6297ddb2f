package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.DayRange;
import io.karmadb.Durability;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import io.karmadb.simulation.DamageSubject.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Damages the files of a directory in every way and opens it. The right state comes out, or a refusal that names the
 * damaged file; a log that has lost its end gives a prefix, but for what later lines say had been forced.
 * {@code -Dkarma.simulation.flips} tries so many random bits of a larger directory.
 */
@Tag("exhaustive")
class DamageTest {
    private static final String LOG = DamageSubject.LOG;

    private static DamageSubject small;

    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

    @BeforeAll
    static void makeSmallDirectory() {
        CrashError.expectInThreads();
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        List<ModelState> states = new ArrayList<>();
        ModelState model = ModelState.EMPTY;
        try (KarmaStore store = Stores.open(disk, Durability.FSYNC)) {
            model = increment(store, model, "links", 1);
            model = increment(store, model, "shop", 2);
            store.checkpoint();
            model = increment(store, model, "links", 3);
            failSnapshotOf("shop", disk, store);
            states.add(model);
            for (int i = 0; i < 6; i++) {
                String tree = i % 2 == 0 ? "links" : "shop";
                model = i == 4 ? set(store, model, tree, i, 20261101, 7) : increment(store, model, tree, i);
                states.add(model);
            }
        }
        small = new DamageSubject(disk.state(), states);
        assertThat(small.files().keySet())
                .contains(LOG, "karma.manifest", "karma.wal.3.segment")
                .hasSizeGreaterThanOrEqualTo(7);
        assertThat(small.open(small.files(), "nothing", small.lines())).isEqualTo(Outcome.UNHARMED);
    }

    private static ModelState increment(KarmaStore store, ModelState model, String tree, long key) {
        store.tree(tree).increment(key);
        return model.change(tree, key, buckets -> buckets.merge(20261120, 1L, Long::sum));
    }

    private static ModelState set(KarmaStore store, ModelState model, String tree, long key, int day, long count) {
        store.tree(tree).set(key, day, count);
        return model.change(tree, key, buckets -> buckets.put(day, count));
    }

    /** Lets the snapshot of one tree fail in a checkpoint, so that the segment is needed and stays. */
    private static void failSnapshotOf(String tree, SimulatedDisk disk, KarmaStore store) {
        disk.listener((operation, path) ->
                operation == Operation.CREATE && path.toString().contains("_" + tree) ? Fault.ERROR_BEFORE : null);
        assertThat(store.checkpoint().failures()).containsOnlyKeys(tree);
        disk.listener(DiskListener.NONE);
    }

    private Outcome checked(Map<String, byte[]> files, String damage, int fewest) {
        Outcome outcome = small.open(files, damage, fewest);
        outcomes.merge(outcome, 1, Integer::sum);
        return outcome;
    }

    @Test
    void theLogCutAtAnyByteGivesThePrefixThatIsLeft() {
        byte[] log = small.files().get(LOG);
        for (int length = 0; length < log.length; length++) {
            byte[] cut = Arrays.copyOf(log, length);
            int lines = (int) new String(cut, StandardCharsets.UTF_8)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            Outcome outcome = checked(small.with(LOG, cut), LOG + " cut at " + length, lines);
            if (outcome != Outcome.REFUSED) {
                requireThatItGoesOn(small.with(LOG, cut), "cut at " + length);
            }
        }
        assertThat(outcomes).containsOnlyKeys(Outcome.TORN, Outcome.UNHARMED);
    }

    /** Writes on where the log ends now, and reads that back. */
    private static void requireThatItGoesOn(Map<String, byte[]> files, String damage) {
        SimulatedDisk disk = Stores.disk(Directory.with(files));
        ModelState expected;
        try (KarmaStore store = Stores.open(disk, Durability.WRITE)) {
            expected = increment(store, ModelState.of(store), "links", 77);
        }
        try (KarmaStore store = Stores.open(disk, Durability.WRITE)) {
            assertThat(expected.isHeldBy(store)).as(damage).isTrue();
        }
    }

    @Test
    void anyOtherFileCutAtAnyByteIsFoundOut() {
        small.files().forEach((name, content) -> {
            for (int length = 0; length < content.length && !name.equals(LOG); length++) {
                checked(small.with(name, Arrays.copyOf(content, length)), name + " cut at " + length, small.lines());
            }
        });
    }

    @Test
    void anyFlippedBitIsFoundOut() {
        small.files().forEach((name, content) -> {
            for (int bit = 0; bit < content.length * 8; bit++) {
                outcomes.merge(small.openFlipped(name, bit), 1, Integer::sum);
            }
        });
        assertThat(outcomes).containsOnlyKeys(Outcome.values());
    }

    @Test
    void zeroedDoubledRemovedAndSwappedBlocksAreFoundOut() {
        for (int block : new int[] {16, 64, 512}) {
            small.files().forEach((name, content) -> {
                for (int at = 0; at < content.length; at += block) {
                    int end = Math.min(at + block, content.length);
                    int next = Math.min(end + block, content.length);
                    byte[] zeroed = content.clone();
                    Arrays.fill(zeroed, at, end, (byte) 0);
                    check(name, zeroed, "zeroed", at);
                    check(name, joined(content, 0, end, at, content.length), "doubled", at);
                    check(name, joined(content, 0, at, end, content.length), "removed", at);
                    byte[] swapped = joined(content, 0, at, end, next, at, end, next, content.length);
                    check(name, swapped, "swapped", at);
                }
            });
        }
    }

    private void check(String name, byte[] damaged, String what, int at) {
        checked(small.with(name, damaged), name + " " + what + " at " + at, small.fewestAfter(name, damaged));
    }

    private static byte[] joined(byte[] content, int... ranges) {
        byte[] result = new byte[0];
        for (int i = 0; i < ranges.length; i += 2) {
            int length = ranges[i + 1] - ranges[i];
            byte[] longer = Arrays.copyOf(result, result.length + length);
            System.arraycopy(content, ranges[i], longer, result.length, length);
            result = longer;
        }
        return result;
    }

    @Test
    void missingEmptyDoubledAndSwappedFilesAreFoundOut() {
        for (String name : small.files().keySet()) {
            int fewest = name.equals(LOG) ? 0 : small.lines();
            Map<String, byte[]> without = new TreeMap<>(small.files());
            without.remove(name);
            checked(without, name + " removed", fewest);
            checked(small.with(name, new byte[0]), name + " emptied", fewest);
            for (String other : small.files().keySet()) {
                int either = name.equals(LOG) || other.equals(LOG) ? 0 : small.lines();
                checked(small.with(name, small.files().get(other)), name + " replaced by " + other, either);
                Map<String, byte[]> swapped = small.with(name, small.files().get(other));
                swapped.put(other, small.files().get(name));
                checked(swapped, name + " swapped with " + other, either);
            }
        }
    }

    @Test
    void strayFilesOfAnyNameDoNotChangeTheState() {
        Random random = Seeds.random(1);
        List<String> names = new ArrayList<>(List.of(
                "foo.tree",
                "abc_x.tree",
                "1_.tree",
                "_links.tree",
                "99999999999999999999_links.tree",
                "1_links.tree",
                "karma.wal.tmp",
                "karma.wal.0.segment",
                "karma.wal.00003.segment",
                "karma.wal.1.segment",
                "karma.wal.2.segment",
                "karma.wal.4.segment",
                "karma.wal.5000.segment",
                "karma.wal.9223372036854775807.segment",
                "karma.wal.9223372036854775808.segment",
                "karma.wal.x.segment",
                "karma.wal.segment",
                "karma.wal..segment",
                "karma.wal.3.torn",
                "karma.manifest.tmp",
                "karma.manifest.bak",
                "karma.ballast",
                "karma.aside.1",
                "1_links.tree.tmp",
                "{",
                "[",
                "*",
                " ",
                "…",
                "日本.tree"));
        for (int i = 0; i < 50; i++) {
            StringBuilder name = new StringBuilder();
            for (int j = 1 + random.nextInt(12); j > 0; j--) {
                name.append((char) (' ' + 1 + random.nextInt(94)));
            }
            names.add(name.toString().replace('/', '_'));
        }
        List<byte[]> contents = List.of(
                new byte[0],
                new byte[] {0},
                small.files().get(LOG),
                small.files().get("karma.manifest"));
        for (String name : names) {
            for (byte[] content : contents) {
                if (!small.files().containsKey(name) && !name.equals(".") && !name.equals("..")) {
                    checked(small.with(name, content), name + " added", small.lines());
                }
            }
        }
    }

    @Test
    void randomDamageOfALargerDirectoryIsFoundOut() {
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        List<ModelState> states = new ArrayList<>();
        SimulatedClock clock = new SimulatedClock(Stores.NOW);
        try (KarmaStore store = Stores.open(disk, Durability.WRITE, true, clock)) {
            for (int i = 0; i < 400; i++) {
                command(store, i);
                if (i % 96 == 95) {
                    clock.turn(Duration.ofDays(1));
                    store.checkpoint();
                }
            }
            failSnapshotOf("tree-3", disk, store);
            states.add(ModelState.of(store));
            for (int i = 400; i < 420; i++) {
                command(store, i);
                states.add(ModelState.of(store));
            }
            store.load(store.snapshots().get(0).name());
            states.add(ModelState.of(store));
        }
        RandomFlips flips = new RandomFlips(new DamageSubject(disk.state(), states));
        flips.run(Long.getLong("karma.simulation.seed", 7), Integer.getInteger("karma.simulation.flips", 2000));
    }

    private static void command(KarmaStore store, int i) {
        Tree tree = store.tree("tree-" + i % 5);
        switch (i % 40) {
            case 13 -> tree.decrement(i / 2 * 31L);
            case 17 -> tree.delete((i - 10) * 31L, DayRange.ALL);
            case 23 -> tree.reset((i - 20) * 31L);
            case 29 -> store.createTree("made-" + i);
            case 39 -> store.dropTree("made-" + (i - 10));
            default -> tree.increment(i % 7 == 0 ? -i : i * 31L);
        }
    }
}
