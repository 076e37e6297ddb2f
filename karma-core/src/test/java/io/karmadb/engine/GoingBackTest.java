package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.KarmaStore;
import io.karmadb.RestoreException;
import io.karmadb.SnapshotInfo;
import io.karmadb.disk.RealDisk;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From Karma to an older server, which does not know the manifest, and back. */
class GoingBackTest {
    @TempDir
    Path parent;

    private TestStore test;

    @BeforeEach
    void open() {
        test = new TestStore(parent);
        test.open();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void stopCleanly() {
        test.store().checkpoint();
        test.close();
    }

    /** Reads the directory as an older server does: the newest file of each tree; the log must not hold anything. */
    private SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> asAnOlderServerReadsIt() {
        SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> trees = new TreeMap<>();
        SortedMap<String, Long> newest = new TreeMap<>();
        for (String name : Directories.names(test.directory(), "[0-9]+_.*\\.tree")) {
            int underscore = name.indexOf('_');
            long number = Long.parseLong(name.substring(0, underscore));
            String tree = name.substring(underscore + 1, name.length() - ".tree".length());
            if (number >= newest.getOrDefault(tree, 0L)) {
                newest.put(tree, number);
                trees.put(tree, OlderServerFiles.read(test.file(name)));
            }
        }
        return trees;
    }

    private void olderServerSaves(String tree, String content) {
        long number = newestNumber() + 10;
        OlderServerFiles.write(
                test.file(number + "_" + tree + ".tree"),
                StoreContents.parse(tree + "\n" + content, TestStore.FIRST_DAY).get(tree));
    }

    private long newestNumber() {
        return Directories.names(test.directory(), "[0-9]+_.*\\.tree").stream()
                .mapToLong(name -> Long.parseLong(name.substring(0, name.indexOf('_'))))
                .max()
                .orElse(Instant.now().getEpochSecond());
    }

    private void olderServerLogs(String line) throws IOException {
        Files.writeString(test.file("karma.wal"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void refusedAsItIs(String file, ThrowingCallable open) {
        refusedAsItIs(file, open, "Remove karma.manifest");
    }

    private void refusedAsItIs(String file, ThrowingCallable open, String whatToDo) {
        var before = Directories.contents(test.directory());
        assertThatThrownBy(open)
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("older server wrote")
                .hasMessageContaining(file)
                .hasMessageContaining(whatToDo);
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void afterACleanStopAnOlderServerReadsTheSame() {
        test.tree("links").increment(1, 300);
        test.tree("links").increment(-1);
        test.tree("links").incrementOn(20200229, 1, -400);
        test.tree("links").set(1, 20240229, 17);
        test.tree("set").set(-1, 20261119, -1);
        test.tree("links").reset(5);
        test.store().createTree("empty");
        test.tree("gone").increment(1);
        test.store().dropTree("gone");
        var before = test.contents();
        stopCleanly();
        assertThat(asAnOlderServerReadsIt()).isEqualTo(before);
        assertThat(Directories.names(test.directory(), "karma\\.wal.+")).isEmpty();
        assertThat(test.file("karma.wal")).isEmptyFile();
    }

    @Test
    void linesOfAnOlderServerBesideAManifestAreRefusedAndTakenOverWithoutIt() throws Exception {
        test.tree("links").increment(1);
        stopCleanly();
        olderServerLogs("{\"command\":\"increment\",\"tree_name\":\"links\",\"key\":1}");
        olderServerLogs("{\"command\":\"increment\",\"tree_name\":\"new\",\"key\":2}");
        refusedAsItIs("karma.wal", test::open);
        Files.delete(test.file("karma.manifest"));
        KarmaStore store = test.open();
        assertThat(store.tree("links").sum(1)).isEqualTo(2);
        assertThat(store.tree("new").sum(2)).isEqualTo(1);
        assertThat(store.restoreReport().olderLines()).isEqualTo(2);
        assertThat(test.killAndRestart().tree("links").sum(1)).isEqualTo(2);
    }

    @Test
    void linesOfAnOlderServerAfterOursAreRefused() throws Exception {
        test.tree("links").increment(1);
        test.close();
        olderServerLogs("{\"command\":\"increment\",\"tree_name\":\"links\",\"key\":1}");
        refusedAsItIs("karma.wal", test::open, "Keep karma.manifest");
    }

    @Test
    void aNewerSnapshotOfAnOlderServerIsRefusedAndTakenOverWithoutTheManifest() throws Exception {
        test.tree("links").increment(1);
        test.tree("other").increment(1);
        stopCleanly();
        olderServerSaves("links", "\t1 20261120=8\n");
        refusedAsItIs("_links.tree", test::open);
        Files.delete(test.file("karma.manifest"));
        assertThat(test.open().tree("links").sum(1)).isEqualTo(8);
        assertThat(test.tree("other").sum(1)).isEqualTo(1);
        assertThat(test.killAndRestart().tree("links").sum(1)).isEqualTo(8);
    }

    @Test
    void whatAnOlderServerSavedWhereNoTreeWasLeftIsRefusedToo() throws Exception {
        stopCleanly();
        olderServerSaves("links", "\t1 20261120=8\n");
        refusedAsItIs("_links.tree", test::open);
        Files.delete(test.file("karma.manifest"));
        assertThat(test.open().tree("links").sum(1)).isEqualTo(8);
    }

    @Test
    void olderSnapshotsOfAnOlderServerAreNoReasonToRefuse() {
        OlderServerFiles.write(
                test.file("5_dropped.tree"),
                StoreContents.parse("a\n\t1 20240101=1\n", TestStore.FIRST_DAY).get("a"));
        test.tree("links").increment(1);
        test.store().checkpoint();
        OlderServerFiles.write(
                test.file("6_links.tree"),
                StoreContents.parse("a\n\t1 20240101=1\n", TestStore.FIRST_DAY).get("a"));
        assertThat(test.killAndRestart().trees()).containsExactly("links");
        assertThat(test.tree("links").sum(1)).isEqualTo(1);
    }

    @Test
    void treesThatWereTakenOverAndDroppedStayDropped() {
        test.close();
        for (String tree : new String[] {"a", "b"}) {
            OlderServerFiles.write(
                    test.in(parent.resolve("older")).makeDirectory().file(tree.equals("a") ? "9_a.tree" : "5_b.tree"),
                    StoreContents.parse("a\n\t1 20240101=1\n", TestStore.FIRST_DAY)
                            .get("a"));
        }
        test.open();
        test.store().dropTree("a");
        assertThat(test.killAndRestart().trees()).containsExactly("b");
        test.store().checkpoint();
        assertThat(test.killAndRestart().trees()).containsExactly("b");
    }

    @Test
    void filesThatWereTakenOverAreNotNewWhenTheClockHasGoneBack() {
        test.close();
        long number = TestStore.FIRST_DAY.toEpochSecond(LocalTime.NOON, ZoneOffset.UTC);
        test.in(parent.resolve("older")).makeDirectory();
        for (String file : new String[] {number - 10 + "_a.tree", number - 5 + "_b.tree"}) {
            OlderServerFiles.write(
                    test.file(file),
                    StoreContents.parse("a\n\t1 20240101=1\n", TestStore.FIRST_DAY)
                            .get("a"));
        }
        test.open();
        test.store().dropTree("a");
        test.clock.turnTo(TestStore.FIRST_DAY.minusDays(1));
        test.store().snapshot("b"); // the manifest is now older than the file of the tree that is gone
        assertThat(test.killAndRestart().trees()).containsExactly("b");
        test.store().dropTree("b");
        test.store().checkpoint();
        assertThat(test.killAndRestart().trees()).isEmpty();
    }

    @Test
    void whatAnOlderServerSavedSinceIsNoticedInACopyOfTheDirectoryToo() throws Exception {
        stopCleanly();
        olderServerSaves("links", "\t1 20261120=8\n");
        Files.setLastModifiedTime(
                test.file("karma.manifest"), FileTime.from(Instant.ofEpochSecond(newestNumber() + 1_000)));
        refusedAsItIs("_links.tree", test::open);
    }

    @Test
    void aManifestThatDoesNotTellWhatWasSeenIsTakenByTheTimeOfItsLastChange() throws Exception {
        stopCleanly();
        ManifestFile file = new ManifestFile(new RealDisk(), test.directory());
        Manifest manifest = file.read().orElseThrow();
        file.replace(new Manifest(manifest.store(), manifest.lsn(), true, manifest.trees(), null));
        olderServerSaves("links", "\t1 20261120=8\n");
        long number = newestNumber();
        Files.setLastModifiedTime(test.file("karma.manifest"), FileTime.from(Instant.ofEpochSecond(number - 1)));
        refusedAsItIs("_links.tree", test::open);
        Files.setLastModifiedTime(test.file("karma.manifest"), FileTime.from(Instant.ofEpochSecond(number)));
        assertThat(test.open().trees()).isEmpty();
    }

    @Test
    void aNewerFileThatWasPutThereAndLoadedIsNoReasonToRefuse() {
        test.tree("links").increment(1);
        SnapshotInfo ours = test.store().snapshot("links");
        String file = ours.seconds() + 100 + "_links.tree";
        OlderServerFiles.write(
                test.file(file),
                StoreContents.parse("a\n\t1 20240101=50\n", TestStore.FIRST_DAY).get("a"));
        test.store().load(file);
        assertThat(test.killAndRestart().tree("links").sum(1)).isEqualTo(50);
        test.store().checkpoint();
        assertThat(test.killAndRestart().tree("links").sum(1)).isEqualTo(50);
    }

    @Test
    void aMissingManifestBesideOurLogIsRefused() {
        test.tree("links").increment(1);
        test.kill();
        try {
            Files.delete(test.file("karma.manifest"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var before = Directories.contents(test.directory());
        assertThatThrownBy(test::open)
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("karma.manifest that is missing")
                .hasMessageContaining("Put karma.manifest back");
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }
}
