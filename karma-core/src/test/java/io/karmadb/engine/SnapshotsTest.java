package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CheckpointReport;
import io.karmadb.CorruptionException;
import io.karmadb.KarmaStore;
import io.karmadb.SnapshotInfo;
import io.karmadb.SnapshotNameException;
import io.karmadb.SnapshotNotFoundException;
import io.karmadb.TreeNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots, checkpoints, loads and drops one after the other in all orders, and which files are kept. */
class SnapshotsTest {
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

    /** Opens what a kill would leave now, and finds what memory holds. */
    private void survivesAKill() {
        var contents = test.contents();
        List<String> trees = test.store().trees();
        assertThat(test.store().verify().problems()).isEmpty();
        test.inspect(test.copy(), store -> {
            assertThat(StoreContents.of(store)).isEqualTo(contents);
            assertThat(store.trees()).isEqualTo(trees);
            assertThat(store.verify().problems()).isEmpty();
            store.checkpoint();
            assertThat(StoreContents.of(store)).isEqualTo(contents);
        });
    }

    @Test
    void aTreeThatIsDroppedAndCreatedAgainHasNothingOfItsFormerLife() {
        test.tree("a").increment(1);
        test.store().snapshot("a");
        test.store().dropTree("a");
        survivesAKill();
        test.store().createTree("a");
        survivesAKill();
        test.tree("a").increment(2);
        survivesAKill();
        test.store().checkpoint();
        survivesAKill();
        assertThat(test.tree("a").keyCount()).isEqualTo(1);
    }

    @Test
    void snapshotsOfATreeMayBeLoadedInAnyOrderAgainAndAgain() {
        test.tree("a").increment(1, 1);
        String first = test.store().snapshot("a").name();
        test.tree("a").increment(1, 10);
        String second = test.store().snapshot("a").name();
        test.tree("b").increment(1);
        for (String file : List.of(first, second, second, first)) {
            assertThat(test.store().load(file)).isEqualTo("a");
            assertThat(test.tree("a").sum(1)).isEqualTo(file.equals(first) ? 1 : 11);
            survivesAKill();
            test.tree("a").increment(1);
            survivesAKill();
            test.store().snapshot("b");
            survivesAKill();
        }
        test.store().checkpoint();
        survivesAKill();
        test.store().load(first);
        test.store().dropTree("a");
        survivesAKill();
        test.store().load(test.file(second).toString());
        survivesAKill();
        assertThat(test.store().trees()).containsExactly("b", "a");
    }

    @Test
    void treesKeepTheOrderOfTheirCreation() {
        for (String tree : List.of("z", "m", "a", "k")) {
            test.store().createTree(tree);
        }
        test.tree("m").increment(1);
        test.store().checkpoint();
        test.store().dropTree("m");
        test.tree("b").increment(1);
        test.store().createTree("m");
        assertThat(test.store().trees()).containsExactly("z", "a", "k", "b", "m");
        survivesAKill();
        assertThat(test.killAndRestart().trees()).containsExactly("z", "a", "k", "b", "m");
        test.store().checkpoint();
        assertThat(test.restart().trees()).containsExactly("z", "a", "k", "b", "m");
    }

    @Test
    void aLoadIsRefusedForWhatIsNoSnapshotOfTheDirectory() throws Exception {
        test.tree("a").increment(1);
        SnapshotInfo file = test.store().snapshot("a");
        Files.copy(file.file(), parent.resolve("1_outside.tree"));
        Directories.write(test.file("5_damaged.tree"), "no snapshot");
        KarmaStore store = test.store();
        long lsn = store.statistics().lastLsn();
        for (String name : List.of(
                "../1_outside.tree",
                parent.resolve("1_outside.tree").toString(),
                "karma.manifest",
                "",
                "x_a.tree",
                test.directory() + "/../" + test.directory().getFileName() + "/" + file.name())) {
            assertThatThrownBy(() -> store.load(name)).isInstanceOf(SnapshotNameException.class);
        }
        assertThatThrownBy(() -> store.load("7_a.tree")).isInstanceOf(SnapshotNotFoundException.class);
        assertThatThrownBy(() -> store.load("5_damaged.tree"))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("5_damaged.tree");
        assertThatThrownBy(() -> store.snapshot("missing")).isInstanceOf(TreeNotFoundException.class);
        assertThat(store.statistics().lastLsn()).isEqualTo(lsn);
        survivesAKill();
    }

    @Test
    void aCheckpointKeepsTheNewestAndNoSnapshotIsEverReplaced() {
        test.with(options -> options.snapshotsKept(2));
        test.restart();
        for (int i = 1; i <= 5; i++) {
            test.tree("a").increment(1);
            CheckpointReport report = test.store().checkpoint();
            assertThat(report.pruned()).isEqualTo(i <= 2 ? 0 : 1);
        }
        List<SnapshotInfo> files = test.store().snapshots();
        assertThat(files).hasSize(2);
        assertThat(files.get(0).seconds()).isEqualTo(files.get(1).seconds() + 1);
        assertThat(files.get(0).file()).isEqualTo(test.file(files.get(0).name()));
        test.with(options -> options.snapshotsKept(0));
        test.restart();
        test.store().checkpoint();
        test.store().checkpoint();
        assertThat(test.store().snapshots()).hasSize(4);
        survivesAKill();
    }

    @Test
    void pruningKeepsWhatALivingTreeRestsOn() {
        test.with(options -> options.snapshotsKept(1));
        test.restart();
        test.tree("a").increment(1);
        String loaded = test.store().snapshot("a").name();
        test.tree("a").increment(1);
        test.store().snapshot("a");
        test.store().load(loaded);
        test.tree("b").increment(1);
        test.store().snapshot("b"); // publishes that a rests on the older file
        survivesAKill();
        test.store().checkpoint();
        survivesAKill();
        assertThat(test.store().snapshots()).hasSize(2);
    }

    @Test
    void pruningKeepsFilesThatLinesOfTheLogStillLoad() {
        HookedDisk disk = new HookedDisk();
        test.close();
        test = new TestStore(parent.resolve("kept"), disk).with(options -> options.snapshotsKept(1));
        test.open();
        test.tree("b").increment(1);
        test.tree("a").increment(1);
        String first = test.store().snapshot("a").name();
        test.tree("a").increment(1);
        String second = test.store().snapshot("a").name();
        for (String file : List.of(first, second)) {
            test.store().load(file);
            test.tree("a").increment(1);
        }
        // The snapshot of b fails, so all lines are still needed after the checkpoint.
        disk.hook((action, name) -> {
            if (action == HookedDisk.Action.CREATE && name.endsWith("_b.tree.tmp")) {
                throw new IOException("refused");
            }
        });
        CheckpointReport report = test.store().checkpoint();
        assertThat(report.failures()).containsOnlyKeys("b");
        disk.hook((action, name) -> {});
        String third = report.snapshots().get(0).name();
        assertThat(test.store().snapshots())
                .extracting(SnapshotInfo::name)
                .containsExactlyInAnyOrder(first, second, third);
        // Where the newest file is damaged, they are replayed on the one before, with both loads among them.
        test.kill();
        Directories.cut(test.file(third), 3);
        assertThat(test.open().tree("a").sum(1)).isEqualTo(3);
        assertThat(test.store().restoreReport().warnings()).hasSize(1);
        assertThat(test.store().checkpoint().failures()).isEmpty();
        survivesAKill();
        assertThat(test.store().checkpoint().failures()).isEmpty();
        assertThat(test.store().snapshots()).hasSize(2);
    }

    @Test
    void everyNameThatIsAcceptedSurvives() {
        String emoji = "\uD83D\uDE00";
        List<String> names = List.of(
                "/",
                "..",
                "../../escaped",
                "a/b",
                "a%2Fb",
                "a%2fb",
                "%",
                "%25",
                "A",
                "a",
                " ",
                "a\nb",
                "\u0000",
                "\u007F",
                "_",
                "1_a.tree",
                ".tree",
                "karma.wal",
                "日本",
                emoji.repeat(300),
                emoji.repeat(300) + "x",
                "x".repeat(KarmaStore.TREE_NAME_BYTES_MAX));
        for (int i = 0; i < names.size(); i++) {
            test.tree(names.get(i)).increment(i);
        }
        survivesAKill();
        assertThat(test.store().checkpoint().failures()).isEmpty();
        assertThat(Directories.names(parent, ".*")).containsOnly("data-0", "data-1");
        assertThat(test.killAndRestart().trees()).isEqualTo(names);
        for (int i = 0; i < names.size(); i++) {
            assertThat(test.tree(names.get(i)).sum(i)).isEqualTo(1);
            test.tree(names.get(i)).increment(i);
        }
        for (SnapshotInfo file : test.store().snapshots()) {
            test.store().load(file.name());
        }
        survivesAKill();
        assertThat(test.store().trees()).isEqualTo(names);
    }

    @Test
    void namesThatNoTreeCanHaveAreRefusedEverywhere() {
        for (String name : List.of("", "\uD83D", "a\uDE00", "x".repeat(KarmaStore.TREE_NAME_BYTES_MAX + 1))) {
            assertThatThrownBy(() -> test.store().tree(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> test.store().createTree(name)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> test.store().dropTree("")).isInstanceOf(TreeNotFoundException.class);
        assertThat(test.store().statistics().lastLsn()).isZero();
    }
}
