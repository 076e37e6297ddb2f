package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.Durability;
import io.karmadb.KarmaStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data directories of an older server: what they hold, whatever happens while they are taken over. */
@Tag("exhaustive")
class OlderServerDirectoryTest {
    /** The day of the last change of the logs, which is not that of the start. */
    private static final LocalDate LOG_DAY = LocalDate.of(2026, 3, 1);

    @TempDir
    Path parent;

    private TestStore test;

    @AfterEach
    void close() {
        test.close();
    }

    /** Makes a store over a copy of one of the directories among the test resources. */
    private SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> prepare(String name) throws Exception {
        test = new TestStore(parent);
        URI resource =
                OlderServerDirectoryTest.class.getResource("older/" + name).toURI();
        Directories.copy(Path.of(resource).resolve("data"), test.makeDirectory().directory());
        if (Files.exists(test.file("karma.wal"))) {
            changedOnLogDay();
        }
        String expected = Files.readString(Path.of(resource).resolve("expected.txt"));
        return StoreContents.parse(expected, LOG_DAY);
    }

    private void prepareLog(String... lines) throws IOException {
        test = new TestStore(parent).makeDirectory();
        Files.writeString(test.file("karma.wal"), String.join("", lines));
        changedOnLogDay();
    }

    private void changedOnLogDay() throws IOException {
        FileTime noon = FileTime.from(LOG_DAY.atTime(12, 0).toInstant(ZoneOffset.UTC));
        Files.setLastModifiedTime(test.file("karma.wal"), noon);
    }

    private static String line(String command, String tree) {
        return "{\"command\":\"" + command + "\",\"tree_name\":\"" + tree + "\"}\n";
    }

    private static String line(String command, String tree, long key) {
        return "{\"command\":\"" + command + "\",\"tree_name\":\"" + tree + "\",\"key\":" + key + "}\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"one-snapshot", "snapshot-and-log", "log-only", "no-keys", "edge-keys", "several-trees"})
    void holdsTheSameAfterTheStartAKillAndACheckpoint(String name) throws Exception {
        var expected = prepare(name);
        KarmaStore store = test.open();
        assertThat(test.contents()).isEqualTo(expected);
        assertThat(store.restoreReport().warnings()).isEmpty();
        assertThat(store.verify().problems()).isEmpty();
        assertThat(store.verify().compared()).isTrue();
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(expected);
        test.turnDay();
        assertThat(test.store().checkpoint().failures()).isEmpty();
        assertThat(test.killAndRestart().restoreReport().olderLines()).isZero();
        assertThat(test.contents()).isEqualTo(expected);
        assertThat(test.store().verify().problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot-and-log", "log-only"})
    void holdsTheSameAtWhateverMomentTheTakeoverIsKilled(String name) throws Exception {
        var expected = prepare(name);
        List<Path> kills = test.killsDuring(() -> {
            test.open();
            test.store().checkpoint();
        });
        assertThat(kills).hasSizeGreaterThan(5);
        for (Path kill : kills) {
            test.inspect(kill, store -> {
                assertThat(StoreContents.of(store)).isEqualTo(expected);
                store.tree("new").increment(1);
                assertThat(store.verify().problems()).isEmpty();
            });
            test.inspect(kill, store -> {
                assertThat(store.tree("new").sum(1)).isEqualTo(1);
                store.dropTree("new");
                assertThat(StoreContents.of(store)).isEqualTo(expected);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one-snapshot", "snapshot-and-log", "log-only"})
    void isLeftAsItIsByAStartThatFails(String name) throws Exception {
        prepare(name);
        Files.writeString(test.file("1_bad.tree"), "no snapshot");
        var before = Directories.contents(test.directory());
        assertThatThrownBy(() -> test.open())
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("1_bad.tree");
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void manyKeysOfManyDaysAreTakenOver() {
        test = new TestStore(parent).makeDirectory();
        SortedMap<String, SortedMap<Integer, Long>> keys = new TreeMap<>();
        for (int key = 0; key < 2_000; key++) {
            SortedMap<Integer, Long> buckets = new TreeMap<>();
            for (int day = 1; day <= 30; day++) {
                buckets.put(20240600 + day, key * 31L + day);
            }
            keys.put(Integer.toString(key * 7), buckets);
        }
        OlderServerFiles.write(test.file("1717200000_clicks.tree"), keys);
        test.open();
        assertThat(test.contents().get("clicks")).isEqualTo(keys);
        test.store().checkpoint();
        assertThat(test.killAndRestart().restoreReport().keys()).isEqualTo(2_000);
        assertThat(test.contents().get("clicks")).isEqualTo(keys);
    }

    @Test
    void linesCountForTheDayOfTheLogsLastChangeInTheStoresZone() throws Exception {
        prepareLog(line("increment", "a", 1), line("increment", "a", 1));
        test.with(options -> options.zone(ZoneOffset.ofHours(14)));
        KarmaStore store = test.open();
        assertThat(store.restoreReport().olderLines()).isEqualTo(2);
        var expected = StoreContents.parse("a\n\t1 20260302=2\n", LOG_DAY);
        assertThat(test.contents()).isEqualTo(expected);
        test.turnDay();
        test.with(options -> options);
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(expected);
    }

    @Test
    void writesAfterTheTakeoverFollowTheConvertedLines() throws Exception {
        prepareLog(line("increment", "a", 1), line("increment", "a", 1));
        test.open().tree("a").increment(1);
        assertThat(test.store().statistics().lastLsn()).isEqualTo(3);
        var expected = StoreContents.parse("a\n\t1 20260301=2 20261120=1\n", LOG_DAY);
        for (int i = 0; i < 3; i++) {
            test.killAndRestart();
            assertThat(test.contents()).isEqualTo(expected);
        }
        test.store().checkpoint();
        test.tree("a").increment(1);
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(StoreContents.parse("a\n\t1 20260301=2 20261120=2\n", LOG_DAY));
    }

    @Test
    void aTornLastLineIsCutOffAndKept() throws Exception {
        String torn = "{\"command\":\"increment\",\"tree_na";
        prepareLog(line("increment", "a", 1), line("increment", "a", 1), torn);
        var expected = StoreContents.parse("a\n\t1 log=2\n", LOG_DAY);
        List<Path> kills = test.killsDuring(() -> test.open());
        assertThat(test.store().restoreReport().tornBytes()).isEqualTo(torn.length());
        assertThat(Directories.text(test.file("karma.wal.3.torn"))).isEqualTo(torn);
        assertThat(test.contents()).isEqualTo(expected);
        for (Path kill : kills) {
            test.inspect(kill, store -> assertThat(StoreContents.of(store)).isEqualTo(expected));
        }
    }

    @Test
    void aLogOfNothingButATornLineIsCutOffAndKept() throws Exception {
        prepareLog("{\"command\":\"incr");
        List<Path> kills = test.killsDuring(() -> test.open());
        assertThat(test.store().trees()).isEmpty();
        assertThat(test.file("karma.wal.1.torn")).exists();
        test.tree("a").increment(1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(1);
        for (Path kill : kills) {
            test.inspect(kill, store -> assertThat(store.trees()).isEmpty());
        }
    }

    @Test
    void aCommandThatNoOlderServerKnowsIsRefused() throws Exception {
        prepareLog(line("increment", "a", 1), line("set", "a", 1));
        var before = Directories.contents(test.directory());
        assertThatThrownBy(test::open)
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("expected=line 2: a command that an older server knows, found=set");
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void aDropThatFailedIsReplayedAsNothing() throws Exception {
        prepareLog(line("increment", "a", 1), line("drop", "nope"), line("increment", "a", 1));
        test.open();
        assertThat(test.contents()).isEqualTo(StoreContents.parse("a\n\t1 log=2\n", LOG_DAY));
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(StoreContents.parse("a\n\t1 log=2\n", LOG_DAY));
    }

    @Test
    void totalsThatAreNotTheSumsOfTheirBucketsAreRefusedNamingTheKey() {
        test = new TestStore(parent).makeDirectory();
        var keys = StoreContents.parse("a\n\t7 20240101=1\n\t4711 20240101=5 20240102=6\n", LOG_DAY)
                .get("a");
        OlderServerFiles.write(test.file("5_a.tree"), keys, "4711", 1);
        var before = Directories.contents(test.directory());
        assertThatThrownBy(() -> test.open())
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("5_a.tree")
                .hasMessageContaining("4711");
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void filesThatOnlyLookLikeSnapshotsAreIgnoredWithAWarning() throws Exception {
        prepare("one-snapshot");
        Files.writeString(test.file("foo.tree"), "no snapshot");
        Files.writeString(test.file("abc_x.tree"), "no snapshot");
        KarmaStore store = test.open();
        assertThat(store.trees()).containsExactly("links");
        assertThat(store.restoreReport().warnings())
                .hasSize(2)
                .anyMatch(warning -> warning.contains("foo.tree"))
                .anyMatch(warning -> warning.contains("abc_x.tree"));
    }

    @Test
    void theNewestSnapshotIsTheOneWithTheHighestNumber() {
        test = new TestStore(parent).makeDirectory();
        for (long number : new long[] {9, 10, 2}) {
            String content = "a\n\t1 20240101=" + number + "\n";
            OlderServerFiles.write(
                    test.file(number + "_a.tree"),
                    StoreContents.parse(content, LOG_DAY).get("a"));
        }
        assertThat(test.open().tree("a").sum(1)).isEqualTo(10);
    }

    @Test
    void namesAreTakenLiterally() throws Exception {
        test = new TestStore(parent).makeDirectory();
        var keys = StoreContents.parse("a\n\t1 20240101=1\n", LOG_DAY).get("a");
        List<String> names = List.of("x%2Fy", "100%", "a_b", "with space", "日本");
        for (String name : names) {
            OlderServerFiles.write(test.file("7_" + name + ".tree"), keys);
        }
        assertThat(test.open().trees()).containsExactlyInAnyOrderElementsOf(names);
        test.tree("x/y").increment(5);
        test.store().checkpoint();
        test.tree("x%2Fy").increment(1);
        test.killAndRestart();
        assertThat(test.store().trees()).hasSize(6).containsAll(names).contains("x/y");
        assertThat(test.tree("x%2Fy").sum(1)).isEqualTo(2);
        assertThat(test.tree("x/y").sum(5)).isEqualTo(1);
    }

    @Test
    void withoutLogTheOlderLogStaysUntilACheckpointMakesItNeedless() throws Exception {
        var expected = prepare("snapshot-and-log");
        test.with(options -> options.durability(Durability.NONE));
        test.open();
        assertThat(test.contents()).isEqualTo(expected);
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(expected);
        List<Path> kills = test.killsDuring(() -> test.store().checkpoint());
        assertThat(Directories.names(test.directory(), "karma\\.wal.*")).isEmpty();
        for (Path kill : kills) {
            test.inspect(kill, store -> assertThat(StoreContents.of(store)).isEqualTo(expected));
        }
        test.with(options -> options);
        for (Path kill : kills) {
            test.inspect(kill, store -> assertThat(StoreContents.of(store)).isEqualTo(expected));
        }
    }
}
