package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.CorruptionException;
import io.karmadb.DirectoryLockedException;
import io.karmadb.Durability;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.RestoreException;
import io.karmadb.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Damages the files of a directory in every way and opens it. The right state comes out, or a refusal that names the
 * damaged file; a log that has lost its end gives a prefix, but for what later lines say had been forced.
 * {@code -Dkarma.simulation.flips} tries so many random bits of a larger directory.
 */
class DamageTest {
    private static final String LOG = "karma.wal";

    /** The states after each line in {@code karma.wal}, the first one without any. */
    private static final List<ModelState> STATES = new ArrayList<>();

    private static Map<String, byte[]> small;

    @BeforeAll
    static void makeSmallDirectory() {
        CrashError.expectInThreads();
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        ModelState model = ModelState.EMPTY;
        try (KarmaStore store = Stores.open(disk, Durability.FSYNC)) {
            model = increment(store, model, "links", 1);
            model = increment(store, model, "shop", 2);
            store.checkpoint();
            model = increment(store, model, "links", 3);
            // One tree's snapshot fails, so that the segment is needed and stays.
            disk.listener((operation, path) ->
                    operation == Operation.CREATE && path.toString().contains("_shop") ? Fault.ERROR_BEFORE : null);
            assertThat(store.checkpoint().failures()).containsOnlyKeys("shop");
            disk.listener(DiskListener.NONE);
            STATES.add(model);
            for (int i = 0; i < 6; i++) {
                model = increment(store, model, i % 2 == 0 ? "links" : "shop", i);
                STATES.add(model);
            }
        }
        small = Directory.filesOf(disk.state());
        assertThat(small.keySet())
                .contains(LOG, "karma.manifest", "karma.wal.3.segment")
                .hasSizeGreaterThanOrEqualTo(7);
        checked(small, "nothing", STATES.size() - 1);
    }

    private static ModelState increment(KarmaStore store, ModelState model, String tree, long key) {
        store.tree(tree).increment(key);
        return model.change(tree, key, buckets -> buckets.merge(20261120, 1L, Long::sum));
    }

    /**
     * Opens a directory and checks what comes of it.
     *
     * @param damage what was done, for messages; starts with the file's name
     * @param fewest how many lines of the log must be there
     */
    private static void checked(Map<String, byte[]> files, String damage, int fewest) {
        SimulatedDisk disk = Stores.disk(Directory.with(files));
        try (KarmaStore store = Stores.open(disk, Durability.NONE)) {
            ModelState found = ModelState.of(store);
            int lines = STATES.size() - 1;
            while (lines >= fewest && !STATES.get(lines).same(found)) {
                lines--;
            }
            assertThat(lines)
                    .as("a wrong state: damage=%s, found=%s", damage, found)
                    .isGreaterThanOrEqualTo(fewest);
            requireKept(files, disk, store.restoreReport().tornBytes(), damage);
        } catch (CorruptionException | RestoreException | StorageException refusal) {
            requireHelpful(refusal, damage);
            assertThat(Directory.filesOf(disk.state()))
                    .as("a refusal changes nothing: %s", damage)
                    .containsOnlyKeys(withLock(files).keySet());
        } catch (DirectoryLockedException e) {
            throw new AssertionError(damage, e);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("damage=" + damage + ": " + e, e);
        }
    }

    /** Checks that what was cut off the log is kept beside it. */
    private static void requireKept(Map<String, byte[]> before, SimulatedDisk disk, long tornBytes, String damage) {
        if (tornBytes > 0) {
            byte[] log = before.get(LOG);
            byte[] tail = Arrays.copyOfRange(log, (int) (log.length - tornBytes), log.length);
            assertThat(Directory.filesOf(disk.state()).entrySet())
                    .as("the tail is kept: %s", damage)
                    .anyMatch(file -> file.getKey().endsWith(".torn") && Arrays.equals(file.getValue(), tail));
        }
    }

    private static Map<String, byte[]> withLock(Map<String, byte[]> files) {
        Map<String, byte[]> more = new TreeMap<>(files);
        more.put("karma.lock", new byte[0]);
        return more;
    }

    private static void requireHelpful(KarmaException refusal, String damage) {
        assertThat(refusal.getMessage())
                .as("the refusal names a file: damage=%s", damage)
                .contains("/simulated/data/");
        if (refusal instanceof CorruptionException) {
            assertThat(refusal.getMessage()).contains("expected=").contains("found=");
        }
    }

    private static Map<String, byte[]> changed(String name, byte[] content) {
        Map<String, byte[]> files = new TreeMap<>(small);
        files.put(name, content);
        return files;
    }

    /** Returns how many lines must be there however the log is damaged: those that a line vouches for that is whole. */
    private static int vouchedFor(byte[] damaged) {
        List<String> original = lines(small.get(LOG));
        List<String> left = lines(damaged);
        long first = number(original.get(0), "\"lsn\":");
        long vouched = first - 1;
        for (String line : original) {
            if (left.contains(line) && line.contains("\"synced\":")) {
                vouched = Math.max(vouched, number(line, "\"synced\":"));
            }
        }
        return (int) (vouched - first + 1);
    }

    private static List<String> lines(byte[] log) {
        return List.of(new String(log, StandardCharsets.ISO_8859_1).split("\n"));
    }

    private static long number(String line, String field) {
        return Long.parseLong(
                line.substring(line.indexOf(field) + field.length()).split("[^0-9]")[0]);
    }

    @Test
    void theLogCutAtAnyByteGivesThePrefixThatIsLeft() {
        byte[] log = small.get(LOG);
        for (int length = 0; length < log.length; length++) {
            byte[] cut = Arrays.copyOf(log, length);
            int lines = (int) new String(cut, StandardCharsets.UTF_8)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            checked(changed(LOG, cut), LOG + " cut at " + length, lines);
        }
    }

    @Test
    void anyOtherFileCutAtAnyByteIsFoundOut() {
        small.forEach((name, content) -> {
            for (int length = 0; length < content.length && !name.equals(LOG); length++) {
                checked(changed(name, Arrays.copyOf(content, length)), name + " cut at " + length, STATES.size() - 1);
            }
        });
    }

    @Test
    void anyFlippedBitIsFoundOut() {
        small.forEach((name, content) -> {
            for (int bit = 0; bit < content.length * 8; bit++) {
                byte[] flipped = content.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                checked(changed(name, flipped), name + " bit " + bit, fewestAfter(name, flipped));
            }
        });
    }

    private static int fewestAfter(String name, byte[] damaged) {
        return name.equals(LOG) ? vouchedFor(damaged) : STATES.size() - 1;
    }

    @Test
    void zeroedDoubledRemovedAndSwappedBlocksAreFoundOut() {
        for (int block : new int[] {16, 64, 512}) {
            small.forEach((name, content) -> {
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

    private static void check(String name, byte[] damaged, String what, int at) {
        checked(changed(name, damaged), name + " " + what + " at " + at, fewestAfter(name, damaged));
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
        for (String name : small.keySet()) {
            int fewest = name.equals(LOG) ? 0 : STATES.size() - 1;
            Map<String, byte[]> without = new TreeMap<>(small);
            without.remove(name);
            checked(without, name + " removed", fewest);
            checked(changed(name, new byte[0]), name + " emptied", fewest);
            for (String other : small.keySet()) {
                int either = name.equals(LOG) || other.equals(LOG) ? 0 : STATES.size() - 1;
                checked(changed(name, small.get(other)), name + " replaced by " + other, either);
                Map<String, byte[]> swapped = changed(name, small.get(other));
                swapped.put(other, small.get(name));
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
        List<byte[]> contents = List.of(new byte[0], new byte[] {0}, small.get(LOG), small.get("karma.manifest"));
        for (String name : names) {
            for (byte[] content : contents) {
                if (!small.containsKey(name) && !name.equals(".") && !name.equals("..")) {
                    checked(changed(name, content), name + " added", STATES.size() - 1);
                }
            }
        }
    }

    @Test
    void randomDamageOfALargerDirectoryIsFoundOut() {
        int flips = Integer.getInteger("karma.simulation.flips", 2000);
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        ModelState model = ModelState.EMPTY;
        try (KarmaStore store = Stores.open(disk, Durability.WRITE)) {
            for (int i = 0; i < 600; i++) {
                model = increment(store, model, "tree-" + i % 5, i * 31L);
                if (i == 200 || i == 400) {
                    store.checkpoint();
                }
            }
            store.checkpoint();
            for (int i = 0; i < 20; i++) {
                model = increment(store, model, "tree-" + i % 5, i * 37L);
            }
        }
        Map<String, byte[]> files = Directory.filesOf(disk.state());
        flipRandomBits(files, flips, model);
    }

    private static void flipRandomBits(Map<String, byte[]> files, int flips, ModelState expected) {
        long seed = Long.getLong("karma.simulation.seed", 7);
        Random random = Seeds.random(seed);
        List<String> names = files.keySet().stream()
                .filter(name -> files.get(name).length > 0)
                .toList();
        for (int i = 0; i < flips; i++) {
            String name = names.get(random.nextInt(names.size()));
            byte[] flipped = files.get(name).clone();
            int bit = random.nextInt(flipped.length * 8);
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Map<String, byte[]> damaged = new TreeMap<>(files);
            damaged.put(name, flipped);
            SimulatedDisk disk = Stores.disk(Directory.with(damaged));
            try (KarmaStore store = Stores.open(disk, Durability.NONE)) {
                boolean lostTail = store.restoreReport().tornBytes() > 0;
                assertThat(lostTail && name.equals(LOG) || ModelState.of(store).same(expected))
                        .as("a wrong state: -Dkarma.simulation.seed=%s, file=%s, bit=%s", seed, name, bit)
                        .isTrue();
            } catch (CorruptionException | RestoreException refusal) {
                requireHelpful(refusal, name + " bit " + bit);
            }
        }
    }
}
