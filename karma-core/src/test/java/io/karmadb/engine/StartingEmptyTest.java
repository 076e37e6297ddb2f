package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.Durability;
import io.karmadb.KarmaStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that is opened without restoring what its directory holds. */
@Tag("exhaustive")
class StartingEmptyTest {
    private static final String ASIDE = "karma\\.aside\\..*";

    /** What a directory may hold when a store starts empty over it. */
    enum Earlier {
        OURS,
        OURS_WITH_TORN_TAIL,
        OURS_WITHOUT_LOG,
        OURS_WITH_LOG_LEFT_FROM_BEFORE,
        OURS_WITH_EMPTY_LOG,
        OLDER_SERVERS,
        OLDER_SERVERS_WITH_TORN_TAIL,
        OLDER_SERVERS_WITHOUT_LINES,
        TAKEN_OVER
    }

    @TempDir
    Path parent;

    private TestStore test;

    @BeforeEach
    void makeStore() {
        test = new TestStore(parent);
    }

    @AfterEach
    void close() {
        test.close();
    }

    /** Makes the directory and returns what it holds. */
    private SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> prepare(Earlier earlier) {
        switch (earlier) {
            case OURS -> ours(Durability.WRITE, false);
            case OURS_WITH_TORN_TAIL -> {
                ours(Durability.WRITE, false);
                append("{\"lsn\":7,\"comm");
            }
            case OURS_WITHOUT_LOG -> ours(Durability.NONE, true);
            case OURS_WITH_LOG_LEFT_FROM_BEFORE -> {
                ours(Durability.WRITE, false);
                test.with(options -> options.durability(Durability.NONE));
                test.open();
                test.kill();
            }
            case OURS_WITH_EMPTY_LOG -> ours(Durability.WRITE, true);
            case OLDER_SERVERS -> olderServers("{\"command\":\"increment\",\"tree_name\":\"a\",\"key\":1}\n");
            case OLDER_SERVERS_WITH_TORN_TAIL ->
                olderServers("{\"command\":\"increment\",\"tree_name\":\"a\",\"key\":1}\n{\"comm");
            case OLDER_SERVERS_WITHOUT_LINES -> olderServers("");
            case TAKEN_OVER -> {
                olderServers("{\"command\":\"increment\",\"tree_name\":\"a\",\"key\":1}\n");
                test.with(options -> options);
                test.open();
                test.tree("a").increment(1);
                test.kill();
            }
            default -> throw new AssertionError(earlier);
        }
        test.with(options -> options);
        Path look = test.copy();
        var contents = new Object() {
            SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> value;
        };
        test.inspect(look, store -> contents.value = StoreContents.of(store));
        assertThat(contents.value).isNotEmpty();
        return contents.value;
    }

    private void ours(Durability durability, boolean checkpointAtTheEnd) {
        test.with(options -> options.durability(durability));
        test.open();
        test.tree("a").increment(1, 5);
        test.store().createTree("b");
        test.store().checkpoint();
        test.tree("a").increment(2);
        String file = test.store().snapshot("a").name();
        test.store().load(file);
        test.tree("c").increment(1);
        if (checkpointAtTheEnd) {
            test.store().checkpoint();
        }
        test.kill();
    }

    private void olderServers(String log) {
        test.makeDirectory();
        OlderServerFiles.write(
                test.file("1700000000_a.tree"),
                StoreContents.parse("a\n\t1 20240101=5\n", TestStore.FIRST_DAY).get("a"));
        Directories.write(test.file("karma.wal"), log);
    }

    private void append(String text) {
        Directories.write(test.file("karma.wal"), Directories.text(test.file("karma.wal")) + text);
    }

    private void empty() {
        test.with(options -> options.restore(false));
        test.open();
        test.with(options -> options);
    }

    private static Path asideOf(Path directory) {
        List<String> names = Directories.names(directory, ASIDE);
        assertThat(names).hasSize(1);
        return directory.resolve(names.get(0));
    }

    @ParameterizedTest
    @EnumSource
    void changesNothingOnDiskBeforeTheFirstWrite(Earlier earlier) {
        var held = prepare(earlier);
        var before = Directories.contents(test.directory());
        empty();
        assertThat(test.store().trees()).isEmpty();
        assertThat(test.store().checkpoint().snapshots()).isEmpty();
        assertThat(test.store().verify().problems()).isEmpty();
        assertThat(test.store().verify().compared()).isFalse();
        assertThat(test.store().verify().trees()).isEqualTo(held.size());
        assertThat(test.store().verify().keys())
                .isEqualTo(held.values().stream().mapToLong(SortedMap::size).sum());
        test.close();
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
        test.open();
        assertThat(test.contents()).isEqualTo(held);
    }

    @ParameterizedTest
    @EnumSource
    void setsTheEarlierDataAsideWithTheFirstWriteAndKeepsTheNew(Earlier earlier) {
        var held = prepare(earlier);
        empty();
        test.tree("new").increment(1);
        Path aside = asideOf(test.directory());
        var expected = StoreContents.parse("new\n\t1 20261120=1\n", TestStore.FIRST_DAY);
        assertThat(test.contents()).isEqualTo(expected);
        test.inspect(aside, store -> assertThat(StoreContents.of(store)).isEqualTo(held));
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(expected);
        assertThat(test.store().verify().problems()).isEmpty();
        test.tree("new").increment(1);
        test.store().checkpoint();
        test.killAndRestart();
        assertThat(test.tree("new").sum(1)).isEqualTo(2);
        test.inspect(asideOf(test.directory()), store -> {
            assertThat(StoreContents.of(store)).isEqualTo(held);
            store.tree("a").increment(1);
            store.checkpoint();
        });
        test.killAndRestart();
        assertThat(test.tree("new").sum(1)).isEqualTo(2);
        assertThat(test.store().trees()).containsExactly("new");
    }

    @ParameterizedTest
    @EnumSource
    void isTheOldOrTheNewStoreAtWhateverMomentTheFirstWriteIsKilled(Earlier earlier) {
        var held = prepare(earlier);
        empty();
        var fresh = StoreContents.parse("", TestStore.FIRST_DAY);
        var written = StoreContents.parse("new\n\t1 20261120=1\n", TestStore.FIRST_DAY);
        List<Path> kills = test.killsDuring(() -> test.tree("new").increment(1));
        boolean[] begun = new boolean[1];
        for (Path kill : kills) {
            // What is written in the directory after the kill must not get into what lies aside, nor the other way.
            test.inspect(kill, store -> {
                var contents = StoreContents.of(store);
                begun[0] |= !contents.equals(held);
                assertThat(contents).isIn(begun[0] ? List.of(fresh, written) : List.of(held));
                store.tree("later").increment(1);
            });
            List<String> asides = Directories.names(kill, ASIDE);
            if (begun[0]) {
                assertThat(asides).hasSize(1);
                test.inspect(kill.resolve(asides.get(0)), store -> {
                    assertThat(StoreContents.of(store)).isEqualTo(held);
                    store.tree("aside").increment(1);
                });
            }
            test.inspect(kill, store -> {
                assertThat(store.tree("later").sum(1)).isEqualTo(1);
                assertThat(store.trees()).doesNotContain("aside");
            });
        }
        assertThat(begun[0]).isTrue();
    }

    @Test
    void withoutLogTheNewDataLivesFromACheckpointOn() {
        var held = prepare(Earlier.OURS);
        test.with(options -> options.restore(false).durability(Durability.NONE));
        test.open();
        List<Path> kills = test.killsDuring(() -> test.tree("new").increment(1));
        for (Path kill : kills) {
            test.with(options -> options.durability(Durability.NONE));
            test.inspect(
                    kill,
                    store -> assertThat(StoreContents.of(store))
                            .isIn(held, StoreContents.parse("", TestStore.FIRST_DAY)));
        }
        assertThat(Directories.names(test.directory(), "karma\\.wal.*")).isEmpty();
        test.store().checkpoint();
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(StoreContents.parse("new\n\t1 20261120=1\n", TestStore.FIRST_DAY));
        test.inspect(
                asideOf(test.directory()),
                store -> assertThat(StoreContents.of(store)).isEqualTo(held));
    }

    @Test
    void aLoadOfAnEarlierSnapshotMayBeTheFirstWrite() {
        var held = prepare(Earlier.OURS);
        empty();
        String file = test.store().snapshots().get(0).name();
        assertThat(test.store().load(file)).isEqualTo("a");
        assertThat(test.contents().get("a")).isEqualTo(held.get("a"));
        test.killAndRestart();
        assertThat(test.contents()).containsOnlyKeys("a").containsEntry("a", held.get("a"));
        assertThat(asideOf(test.directory())).exists();
    }

    @Test
    void overADamagedLogTheFirstWriteIsRefusedAndChangesNothing() {
        ours(Durability.WRITE, false);
        Path log = test.file("karma.wal");
        Directories.write(log, Directories.text(log).replaceFirst("\"count\":1", "\"count\":2"));
        var before = Directories.contents(test.directory());
        empty();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> test.tree("new").increment(1))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(log.getFileName().toString());
            assertThatThrownBy(() -> test.store().createTree("new")).isInstanceOf(CorruptionException.class);
        }
        assertThat(test.store().trees()).isEmpty();
        assertThat(test.store().verify().problems()).singleElement().asString().contains("karma.wal");
        test.close();
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void inANewDirectoryNothingIsSetAside() {
        empty();
        test.tree("new").increment(1);
        assertThat(Directories.names(test.directory(), ASIDE)).isEmpty();
        assertThat(test.killAndRestart().tree("new").sum(1)).isEqualTo(1);
    }

    @Test
    void dataIsSetAsideAgainAndAgainUnderOtherNames() {
        for (int i = 1; i <= 3; i++) {
            empty();
            test.tree("new").increment(i);
            test.kill();
            assertThat(Directories.names(test.directory(), ASIDE)).hasSize(i - 1);
        }
        KarmaStore store = test.open();
        assertThat(store.tree("new").keyCount()).isEqualTo(1);
        assertThat(store.tree("new").sum(3)).isEqualTo(1);
        int key = 1;
        for (String aside : Directories.names(test.directory(), ASIDE)) {
            int expected = key++;
            test.inspect(
                    test.file(aside),
                    older -> assertThat(older.tree("new").sum(expected)).isEqualTo(1));
        }
    }

    @Test
    void theAsideDirectoryIsForItsOwnerOnly() {
        prepare(Earlier.OURS);
        empty();
        test.tree("new").increment(1);
        Path aside = asideOf(test.directory());
        try {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(aside)))
                    .isEqualTo("rwx------");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
