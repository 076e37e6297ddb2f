package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.CounterOverflowException;
import io.karmadb.Day;
import io.karmadb.DayRange;
import io.karmadb.DirectoryLockedException;
import io.karmadb.Durability;
import io.karmadb.KarmaStore;
import io.karmadb.RestoreException;
import io.karmadb.SnapshotInfo;
import io.karmadb.TreeNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kill and a restart must leave as it was: each test stands for a way in which an older server lost or made up data. */
class DurabilityTest {
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

    private void increment(String tree, int times) {
        for (int i = 0; i < times; i++) {
            test.tree(tree).increment(1);
        }
    }

    @Test
    void bucketsThatWereSetAreReplayedOnTheirDaysAndDoNotCountTwice() {
        increment("a", 3);
        test.tree("a").set(1, 20261101, 10);
        test.tree("a").set(1, 20261120, 1);
        test.store().snapshot("a");
        increment("a", 1);
        test.tree("a").set(1, 20261101, 20);
        test.tree("a").set(1, 20240229, 300);
        test.tree("new").set(-1, 20261119, -1);
        assertThat(Directories.text(test.file("karma.wal")))
                .contains("\"command\":\"set\",\"tree_name\":\"a\",\"key\":1,\"day\":20261101,\"count\":20,")
                .contains("\"key\":18446744073709551615,\"day\":20261119,\"count\":18446744073709551615,");
        var contents = test.contents();
        test.turnDay();
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(contents);
        assertThat(test.tree("a").find(1, DayRange.ALL).toMap())
                .isEqualTo(Map.of(20240229, 300L, 20261101, 20L, 20261120, 2L));
        assertThat(test.tree("a").sum(1)).isEqualTo(322);
        assertThat(test.store().verify().problems()).isEmpty();
    }

    @Test
    void aDropOfAMissingTreeIsNotLogged() {
        increment("a", 1);
        assertThatThrownBy(() -> test.store().dropTree("nope")).isInstanceOf(TreeNotFoundException.class);
        assertThat(test.store().statistics().lastLsn()).isEqualTo(1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(1);
    }

    @Test
    void aTornLastLineIsCutOffAndKept() {
        increment("a", 3);
        test.kill();
        Path log = test.file("karma.wal");
        String whole = Directories.text(log);
        Directories.cut(log, 20);
        int lastLine = whole.lastIndexOf('\n', whole.length() - 2) + 1;
        KarmaStore store = test.open();
        assertThat(store.tree("a").sum(1)).isEqualTo(2);
        assertThat(store.restoreReport().tornBytes()).isEqualTo(whole.length() - 20 - lastLine);
        assertThat(Directories.text(test.file("karma.wal.3.torn")))
                .isEqualTo(whole.substring(lastLine, whole.length() - 20));
        increment("a", 1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(3);
        assertThat(test.store().restoreReport().tornBytes()).isZero();
    }

    @Test
    void aLastLineWithoutItsNewlineCountsAndNothingIsGluedToIt() {
        increment("a", 3);
        test.kill();
        Directories.cut(test.file("karma.wal"), 1);
        assertThat(test.open().tree("a").sum(1)).isEqualTo(3);
        increment("a", 1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(4);
        assertThat(test.store().restoreReport().tornBytes()).isZero();
    }

    @Test
    void incrementsAreCreditedToTheDayOfTheWrite() {
        increment("a", 3);
        test.kill();
        test.turnDay();
        KarmaStore store = test.open();
        assertThat(store.tree("a").find(1, DayRange.ALL).toMap()).isEqualTo(Map.of(20261120, 3L));
        test.kill();
        test.with(options -> options.zone(ZoneOffset.ofHours(14)));
        store = test.open();
        assertThat(store.today()).isEqualTo(20261122);
        assertThat(store.tree("a").find(1, DayRange.ALL).toMap()).isEqualTo(Map.of(20261120, 3L));
    }

    @Test
    void decrementsAreReplayedOnTheBucketOfTheirDay() {
        increment("a", 3);
        test.store().checkpoint();
        test.tree("a").decrement(1);
        test.tree("a").decrement(1);
        test.turnDay();
        KarmaStore store = test.killAndRestart();
        assertThat(store.tree("a").find(1, DayRange.ALL).toMap()).isEqualTo(Map.of(20261120, 1L));
        assertThat(store.tree("a").sum(1)).isEqualTo(1);
    }

    @Test
    void replayAfterASnapshotCountsNothingTwice() {
        increment("a", 3);
        test.store().snapshot("a");
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(3);
        increment("a", 1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(4);
    }

    @Test
    void aKillAtAnyMomentOfACheckpointCountsNothingTwiceAndLeavesNoTemporaryFiles() {
        increment("a", 1);
        increment("b", 1);
        increment("c", 1);
        var before = test.contents();
        List<Path> kills = test.killsDuring(() -> test.store().checkpoint());
        assertThat(kills).hasSizeGreaterThan(10);
        for (Path kill : kills) {
            test.inspect(kill, store -> {
                assertThat(StoreContents.of(store)).isEqualTo(before);
                assertThat(store.trees()).containsExactly("a", "b", "c");
                assertThat(store.verify().problems()).isEmpty();
                assertThat(Directories.names(kill, ".*\\.tmp")).isEmpty();
            });
        }
    }

    @Test
    void aTreeWithASlashInItsNameSurvivesACheckpoint() {
        increment("shop/clicks", 5);
        test.store().checkpoint();
        assertThat(test.killAndRestart().tree("shop/clicks").sum(1)).isEqualTo(5);
        test.store().checkpoint();
        assertThat(test.restart().tree("shop/clicks").sum(1)).isEqualTo(5);
    }

    @Test
    void aDroppedTreeStaysGoneAndItsSnapshotsCanBeLoaded() {
        increment("a", 2);
        String file = test.store().checkpoint().snapshots().get(0).name();
        test.store().dropTree("a");
        assertThat(test.store().checkpoint().snapshots()).isEmpty();
        assertThat(test.killAndRestart().trees()).isEmpty();
        assertThat(test.store().snapshots()).extracting(SnapshotInfo::name).containsExactly(file);
        assertThat(test.store().load(file)).isEqualTo("a");
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(2);
    }

    @Test
    void aLoadIsReplayed() {
        increment("a", 5);
        String file = test.store().snapshot("a").name();
        increment("a", 5);
        test.store().load(file);
        assertThat(test.tree("a").sum(1)).isEqualTo(5);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(5);
        increment("a", 1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(6);
    }

    @Test
    void aDamagedNewestSnapshotGivesWayToAnOlderOneThatTheLogReachesBackTo() {
        increment("a", 3);
        String older = test.store().snapshot("a").name();
        increment("a", 2);
        String newer = test.store().snapshot("a").name();
        increment("a", 1);
        test.kill();
        Directories.cut(test.file(newer), 7);
        KarmaStore store = test.open();
        assertThat(store.tree("a").sum(1)).isEqualTo(6);
        assertThat(store.restoreReport().warnings())
                .singleElement()
                .asString()
                .contains(older)
                .contains(newer);
        assertThat(store.verify().problems()).singleElement().asString().contains(newer);
        store.checkpoint();
        assertThat(store.verify().problems()).isEmpty();
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(6);
        assertThat(test.store().restoreReport().warnings()).isEmpty();
    }

    @Test
    void aDamagedNewestSnapshotIsRefusedByNameWhereTheLogDoesNotReachBack() {
        increment("a", 3);
        test.store().checkpoint();
        increment("a", 2);
        String newer = test.store().checkpoint().snapshots().get(0).name();
        increment("a", 1);
        test.kill();
        Directories.cut(test.file(newer), 7);
        var before = Directories.contents(test.directory());
        assertThatThrownBy(test::open)
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("tree=a")
                .hasMessageContaining(newer);
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void aChangedDigitInTheLogIsNamed() {
        increment("a", 3);
        Path log = test.file("karma.wal");
        Directories.write(log, Directories.text(log).replace("\"count\":2", "\"count\":7"));
        assertThat(test.store().verify().problems())
                .singleElement()
                .asString()
                .contains(log.toString())
                .contains("line 2");
        test.kill();
        var before = Directories.contents(test.directory());
        assertThatThrownBy(test::open)
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(test.file("karma.wal").toString())
                .hasMessageContaining("line 2");
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void aChangedBucketInASnapshotIsNamed() {
        test.tree("a").increment(1, 77);
        Path snapshot = test.store().checkpoint().snapshots().get(0).file();
        String text = Directories.text(snapshot);
        assertThat(text).contains("M");
        Directories.write(snapshot, text.replace('M', 'N'));
        assertThat(test.store().verify().problems()).singleElement().asString().contains(snapshot.toString());
        test.kill();
        assertThatThrownBy(test::open)
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining(snapshot.getFileName().toString());
    }

    @Test
    void filesThatOnlyLookLikeSnapshotsAreIgnoredWithAWarning() throws Exception {
        increment("a", 1);
        test.store().checkpoint();
        Files.writeString(test.file("foo.tree"), "no snapshot");
        Files.writeString(test.file("abc_x.tree"), "no snapshot");
        Files.createDirectory(test.file("1_directory.tree"));
        assertThat(test.store().checkpoint().failures()).isEmpty();
        assertThat(test.store().statistics().snapshots()).isEqualTo(2);
        KarmaStore store = test.killAndRestart();
        assertThat(store.tree("a").sum(1)).isEqualTo(1);
        assertThat(store.trees()).containsExactly("a");
        assertThat(store.restoreReport().warnings())
                .hasSize(3)
                .anyMatch(warning -> warning.contains("foo.tree"))
                .anyMatch(warning -> warning.contains("abc_x.tree"))
                .anyMatch(warning -> warning.contains("1_directory.tree"));
        assertThat(test.file("foo.tree")).exists();
        assertThat(test.file("abc_x.tree")).exists();
    }

    @Test
    void aStoreWithoutLogReplaysTheLogThatIsThere() {
        increment("a", 4);
        test.kill();
        test.with(options -> options.durability(Durability.NONE));
        assertThat(test.open().tree("a").sum(1)).isEqualTo(4);
        assertThat(test.store().restoreReport().lines()).isEqualTo(4);
    }

    @Test
    void aDirectoryIsOpenInOneStoreOnly() {
        increment("a", 1);
        assertThatThrownBy(() -> new TestStore(parent).in(test.directory()).open())
                .isInstanceOf(DirectoryLockedException.class)
                .hasMessageContaining(test.directory().toString());
        increment("a", 1);
        assertThat(test.restart().tree("a").sum(1)).isEqualTo(2);
    }

    @Test
    void aFullCounterRefusesAnIncrementAndNothingIsLogged() {
        test.tree("a").increment(1, -1);
        long lsn = test.store().statistics().lastLsn();
        assertThatThrownBy(() -> test.tree("a").increment(1))
                .isInstanceOf(CounterOverflowException.class)
                .hasMessageContaining("total=18446744073709551615");
        test.turnDay();
        assertThatThrownBy(() -> test.tree("a").increment(1)).isInstanceOf(CounterOverflowException.class);
        assertThat(test.store().statistics().lastLsn()).isEqualTo(lsn);
        KarmaStore store = test.killAndRestart();
        assertThat(store.tree("a").find(1, DayRange.ALL).toMap()).isEqualTo(Map.of(Day.of(TestStore.FIRST_DAY), -1L));
    }
}
