package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.CheckReport;
import io.karmadb.CheckedFile;
import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.ReadProgress;
import io.karmadb.RestoreForecast;
import io.karmadb.RestoreReport;
import io.karmadb.engine.Engine;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Holds what a check says against what opening then gives, over random damage and over crashes.
 * {@code -Dkarma.simulation.seed} replays one case, {@code -Dkarma.simulation.flips} sets how much damage is tried.
 */
@Tag("exhaustive")
class DirectoryCheckSimulationTest {
    private static final String LOG = "karma.wal";
    private static final Long SEED = Long.getLong("karma.simulation.seed");

    @BeforeAll
    static void expectCrashes() {
        CrashError.expectInThreads();
    }

    private static KarmaOptions options(Clock clock) {
        return KarmaOptions.builder()
                .directory(Player.DIRECTORY)
                .durability(Durability.FSYNC)
                .history(HistoryKind.ON_HEAP)
                .clock(clock)
                .zone(ZoneOffset.UTC)
                .build();
    }

    /** A directory of a store that was closed, and what it holds. */
    private record Whole(Map<String, byte[]> files, ModelState state) {}

    private static Whole wholeDirectory() {
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        ModelState state;
        try (KarmaStore store = Stores.open(disk, Durability.FSYNC)) {
            store.tree("links").increment(1);
            store.tree("shop").increment(2);
            store.checkpoint();
            store.tree("links").increment(3);
            // One tree's snapshot fails, so that the segment is needed and stays.
            disk.listener((operation, path) ->
                    operation == Operation.CREATE && path.toString().contains("_shop") ? Fault.ERROR_BEFORE : null);
            assertThat(store.checkpoint().failures()).containsOnlyKeys("shop");
            disk.listener(DiskListener.NONE);
            for (int i = 0; i < 6; i++) {
                store.tree(i % 2 == 0 ? "links" : "shop").increment(i);
            }
            store.load(store.snapshots().get(0).name());
            store.tree("links").increment(4);
            state = ModelState.of(store);
        }
        return new Whole(Directory.filesOf(disk.state()), state);
    }

    @Test
    void aCheckSaysOfDamagedFilesWhatOpeningThenFinds() {
        Whole whole = wholeDirectory();
        int cases = SEED == null ? Integer.getInteger("karma.simulation.flips", 4000) : 1;
        int good = 0;
        int torn = 0;
        int refused = 0;
        int without = 0;
        for (int i = 0; i < cases; i++) {
            long seed = SEED == null ? i + 1 : SEED;
            Map<String, byte[]> files = new TreeMap<>(whole.files());
            String damage = "-Dkarma.simulation.seed=" + seed + ", " + damage(files, new Random(seed));
            DiskState state = Directory.with(files);
            CheckReport report = check(Stores.disk(state), state, damage);
            boolean lostEnd = isWithoutEnd(files.get(LOG), whole.files().get(LOG));
            ModelState expected = report.ok() && !lostEnd ? whole.state() : null;
            boolean opens = agrees(report, Stores.disk(state), damage, expected);
            if (isAddition(files, whole.files())) {
                good++;
            } else if (!lostEnd && files.keySet().containsAll(whole.files().keySet())) {
                // Of a file that is missing, nothing but the state that was compared tells whether it is missed.
                assertThat(report.ok()).as("damage is found: %s", damage).isFalse();
            }
            torn += report.restore().tornBytes() > 0 ? 1 : 0;
            refused += opens ? 0 : 1;
            without += opens && !report.ok() && report.restore().tornBytes() == 0 ? 1 : 0;
        }
        System.out.println("check: cases=" + cases + ", good=" + good + ", torn=" + torn + ", refused=" + refused
                + ", damage that a restore does without=" + without);
        if (SEED == null) {
            assertThat(List.of(good, torn, refused, without)).allMatch(count -> count > 0);
        }
    }

    private static boolean sameFiles(Map<String, byte[]> files, Map<String, byte[]> others) {
        return files.keySet().equals(others.keySet())
                && files.keySet().stream().allMatch(name -> Arrays.equals(files.get(name), others.get(name)));
    }

    /**
     * Says whether a log ends after a whole line of it, also if zeros follow as in a reserve, or is missing: nothing tells
     * that there was more.
     */
    private static boolean isWithoutEnd(byte[] damaged, byte[] whole) {
        byte[] log = damaged == null ? null : withoutReserve(damaged);
        return log == null
                || log.length < whole.length
                        && Arrays.equals(log, 0, log.length, whole, 0, log.length)
                        && (log.length == 0 || log[log.length - 1] == '\n' || whole[log.length] == '\n');
    }

    private static byte[] withoutReserve(byte[] log) {
        int end = log.length;
        while (end > 0 && log[end - 1] == 0) {
            end--;
        }
        return end == 0 || log[end - 1] == '\n' ? Arrays.copyOf(log, end) : log;
    }

    private static boolean isAddition(Map<String, byte[]> files, Map<String, byte[]> whole) {
        Map<String, byte[]> kept = new TreeMap<>(files);
        kept.keySet().retainAll(whole.keySet());
        return sameFiles(kept, whole);
    }

    /** Damages one file, in one of many ways. */
    private static String damage(Map<String, byte[]> files, Random random) {
        List<String> names = files.keySet().stream()
                .filter(name -> files.get(name).length > 0)
                .toList();
        String name = names.get(random.nextInt(names.size()));
        byte[] content = files.get(name).clone();
        int at = random.nextInt(content.length);
        int end = Math.min(content.length, at + 1 + random.nextInt(600));
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> content[at] ^= (byte) (1 << random.nextInt(8));
            case 3, 4 -> content = Arrays.copyOf(content, at);
            case 5 -> Arrays.fill(content, at, end, (byte) 0);
            case 6 -> {
                byte[] shorter = Arrays.copyOf(content, content.length - (end - at));
                System.arraycopy(content, end, shorter, at, content.length - end);
                content = shorter;
            }
            case 7 -> {
                files.remove(name);
                return name + " removed";
            }
            default -> {
                String stray = name.replaceFirst("[0-9]+", "7") + (random.nextBoolean() ? ".bak" : ".tmp");
                files.put(stray, content);
                return stray + " added";
            }
        }
        files.put(name, content);
        return name + " changed from " + at + ", now of " + content.length + " bytes";
    }

    private static CheckReport check(SimulatedDisk disk, DiskState before, String what) {
        disk.listener((operation, path) -> {
            assertThat(operation.changes())
                    .as("%s: %s %s", what, operation, path)
                    .isFalse();
            return null;
        });
        try {
            CheckReport report = Engine.check(options(new SimulatedClock(Stores.NOW)), disk, ReadProgress.NONE);
            assertThat(Directory.filesOf(disk.state()))
                    .containsOnlyKeys(Directory.filesOf(before).keySet());
            return report;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }

    /** Opens, and says whether that was possible. */
    private static boolean agrees(CheckReport report, SimulatedDisk disk, String what, ModelState expected) {
        RestoreForecast forecast = report.restore();
        KarmaStore opened;
        try {
            opened = Engine.openSmall(options(new SimulatedClock(Stores.NOW)), disk);
        } catch (KarmaException refusal) {
            assertThat(forecast.refusal()).as(what).isEqualTo(refusal.getMessage());
            assertThat(report.ok()).as(what).isFalse();
            return false;
        }
        try (KarmaStore store = opened) {
            RestoreReport restored = store.restoreReport();
            RestoreForecast found = new RestoreForecast(
                    null,
                    restored.snapshots(),
                    restored.lines(),
                    restored.olderLines(),
                    restored.tornBytes(),
                    restored.trees(),
                    restored.keys(),
                    store.statistics().lastLsn(),
                    restored.warnings());
            assertThat(forecast).as(what).isEqualTo(found);
            if (expected != null) {
                assertThat(ModelState.of(store).same(expected)).as(what).isTrue();
            }
            return true;
        }
    }

    @Test
    void aCrashLeavesNothingWorseThanATornTailWhichARepairCutsOff() {
        int wanted = Integer.getInteger("karma.simulation.checkedCrashes", 1500);
        int crashes = 0;
        int torn = 0;
        for (long seed = SEED == null ? 1 : SEED; crashes < wanted; seed++) {
            Random random = new Random(seed);
            SimulatedClock clock = new SimulatedClock(Stores.NOW);
            Player player = new Player(
                    seed, clock, SimulatedDisk.empty(), new History(List.of(ModelState.EMPTY)), Map.of(), false);
            player.anySession(4 + random.nextInt(8));
            player.anySession(4 + random.nextInt(8));
            player.restoringSession(0);
            for (Image image : player.images()) {
                Loss loss = Loss.values()[random.nextInt(Loss.values().length)];
                DiskState state = image.disk().crash(loss, random);
                if (!state.directories().containsKey(Player.DIRECTORY)) {
                    continue; // it had not been made yet
                }
                String what = "-Dkarma.simulation.seed=" + seed + ", before " + image.operation() + " " + image.path()
                        + ", losing " + loss;
                CheckReport report = check(Stores.disk(state), state, what);
                crashes++;
                if (report.ok()) {
                    agrees(report, Stores.disk(state), what, null);
                    continue;
                }
                torn++;
                assertThat(report.problems()).as(what).hasSize(1);
                assertThat(report.files())
                        .as(what)
                        .filteredOn(file -> file.problem() != null)
                        .allMatch(file -> file.state() == CheckedFile.State.TORN_TAIL);
                agrees(report, Stores.disk(state), what, null);
                repaired(state, report, what);
            }
            if (SEED != null) {
                break;
            }
        }
        System.out.println("check: crashes=" + crashes + ", torn=" + torn);
        if (SEED == null) {
            assertThat(torn).isPositive();
        }
    }

    private static void repaired(DiskState state, CheckReport before, String what) {
        SimulatedDisk disk = Stores.disk(state);
        CheckReport report = Engine.repair(options(new SimulatedClock(Stores.NOW)), disk, ReadProgress.NONE);
        assertThat(report.problems()).as(what).isEmpty();
        assertThat(report.repaired()).as(what).isNotNull();
        assertThat(report.restore().lastLsn())
                .as(what)
                .isEqualTo(before.restore().lastLsn());
        agrees(report, disk, what, null);
    }
}
