package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.RestoreException;
import io.karmadb.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories in which something is missing, damaged or left over. */
@Tag("exhaustive")
class DamagedDirectoryTest {
    @TempDir
    Path parent;

    private TestStore test;

    /** Leaves a manifest, a snapshot, two segments, and lines in the current file, closed. */
    @BeforeEach
    void prepare() {
        HookedDisk disk = new HookedDisk();
        test = new TestStore(parent, disk);
        Directories.leaveTwoSegments(test, disk, 1);
        assertThat(Directories.names(test.directory(), "karma\\.(wal|manifest).*"))
                .containsExactly("karma.manifest", "karma.wal", "karma.wal.1.segment", "karma.wal.3.segment");
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void delete(String name) {
        try {
            Files.delete(test.file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void opensWhole() {
        test.open();
        assertThat(test.contents())
                .isEqualTo(StoreContents.parse("a\n\t1 20261120=2\nb\n\t1 20261120=3\n", TestStore.FIRST_DAY));
        assertThat(Directories.names(test.directory(), ".*\\.tmp")).isEmpty();
        assertThat(test.store().verify().problems()).isEmpty();
        test.tree("b").increment(1);
        assertThat(test.killAndRestart().tree("b").sum(1)).isEqualTo(4);
    }

    private void isRefused(Class<? extends KarmaException> type, String... messages) {
        var before = Directories.contents(test.directory());
        assertThatThrownBy(test::open).isInstanceOf(type).hasMessageContainingAll(messages);
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
        // Neither does it keep the directory locked.
        assertThatThrownBy(test::open).isInstanceOf(type).hasMessageContainingAll(messages);
    }

    @Test
    void aWholeDirectoryOpens() {
        opensWhole();
    }

    @ParameterizedTest
    @CsvSource({"karma.wal.1.segment, LSN 2", "karma.wal.3.segment, LSN 3"})
    void aMissingSegmentIsRefused(String name, String expected) {
        delete(name);
        isRefused(CorruptionException.class, test.directory().toString(), expected);
    }

    @Test
    void aMissingCurrentFileWithLinesThatTheManifestDoesNotKnowOfIsNotNoticed() {
        // Nothing tells that there were more; the name says what the limit is.
        delete("karma.wal");
        KarmaStore store = test.open();
        assertThat(store.tree("b").sum(1)).isEqualTo(2);
        assertThat(store.tree("a").sum(1)).isEqualTo(1);
    }

    @Test
    void aLogThatDoesNotReachTheManifestIsRefused() {
        delete("karma.wal");
        Directories.cut(test.file("karma.wal.3.segment"), 40);
        isRefused(CorruptionException.class, "karma.wal.3.segment", "LSN 3");
    }

    @Test
    void aDamagedManifestIsRefused() {
        String text = Directories.text(test.file("karma.manifest"));
        for (String damaged : List.of(
                text.replaceFirst("\"lsn\":\\d+", "\"lsn\":0"),
                text.substring(0, text.length() - 1),
                "",
                text + "\n")) {
            Directories.write(test.file("karma.manifest"), damaged);
            isRefused(RestoreException.class, test.file("karma.manifest").toString(), "backup");
        }
        Directories.write(test.file("karma.manifest"), text);
        opensWhole();
    }

    @Test
    void aMissingManifestIsRefused() {
        delete("karma.manifest");
        isRefused(RestoreException.class, "karma.manifest that is missing");
    }

    @Test
    void aMissingSnapshotGivesWayToAnOlderOneOrIsRefused() {
        List<String> files = Directories.names(test.directory(), ".*_a\\.tree");
        assertThat(files).hasSize(3);
        Path whole = test.copy();
        delete(files.get(2));
        test.open();
        assertThat(test.tree("a").sum(1)).isEqualTo(2);
        assertThat(test.store().restoreReport().warnings())
                .singleElement()
                .asString()
                .contains(files.get(1))
                .contains(files.get(2));
        test.store().checkpoint();
        assertThat(test.store().verify().problems()).isEmpty();
        test.close();
        test.in(whole);
        files.forEach(this::delete);
        isRefused(RestoreException.class, files.get(2), "tree=a");
    }

    @Test
    void aDirectoryWithTheNameOfALogFileIsRefused() throws Exception {
        Files.createDirectory(test.file("karma.wal.2.segment"));
        isRefused(RestoreException.class, "karma.wal.2.segment", "move it away");
    }

    @ParameterizedTest
    @ValueSource(strings = {"karma.wal.tmp", "karma.manifest.tmp", "9_a.tree.tmp", "9_x%2Fy.tree.tmp"})
    void aTemporaryFileIsSweptAtAStartThatRestores(String name) {
        Directories.write(test.file(name), "half of someth");
        opensWhole();
        assertThat(test.file(name)).doesNotExist();
    }

    @Test
    void aRotationThatAKillHasInterruptedIsFinished() throws Exception {
        Files.move(test.file("karma.wal"), test.file("karma.wal.4.segment"));
        Directories.write(test.file("karma.wal.tmp"), "");
        opensWhole();
        assertThat(test.file("karma.wal")).isNotEmptyFile();
    }

    @Test
    void aRotationThatAKillHasInterruptedBeforeItBeganIsForgotten() {
        Directories.write(test.file("karma.wal.tmp"), "");
        opensWhole();
    }

    @Test
    void aNextLogFileThatIsNotEmptyIsRefused() throws Exception {
        Files.move(test.file("karma.wal"), test.file("karma.wal.4.segment"));
        Directories.write(test.file("karma.wal.tmp"), "something");
        isRefused(StorageException.class, "karma.wal.tmp", "move it away");
    }

    @Test
    void filesOfOthersStay() {
        List<String> strangers = List.of(
                "notes.txt", "x.tree.tmp", "abc_x.tree.tmp", "karma.wal.bak", "karma.wal.x.segment", "09_a.tree.tmp");
        strangers.forEach(name -> Directories.write(test.file(name), "mine"));
        test.open();
        assertThat(test.tree("b").sum(1)).isEqualTo(3);
        test.store().checkpoint();
        strangers.forEach(name -> assertThat(test.file(name)).hasContent("mine"));
    }

    @Test
    void tornTailsAreKeptUnderOneNameEach() {
        for (int i = 1; i <= 3; i++) {
            test.open();
            test.tree("b").increment(1);
            test.kill();
            Directories.cut(test.file("karma.wal"), 30);
        }
        test.open();
        assertThat(Directories.names(test.directory(), ".*\\.torn"))
                .containsExactly("karma.wal.6.2.torn", "karma.wal.6.3.torn", "karma.wal.6.torn");
        assertThat(test.tree("b").sum(1)).isEqualTo(3);
    }

    @Test
    void zerosAtTheEndAreATornTailAndZerosInTheMiddleAreNot() {
        String whole = Directories.text(test.file("karma.wal"));
        Path copy = test.copy();
        Directories.write(test.file("karma.wal"), whole + "\0".repeat(700));
        opensWhole();
        assertThat(test.store().restoreReport().tornBytes()).isZero();
        test.close();
        test.in(copy);
        int secondLine = whole.indexOf('\n') + 1;
        Directories.write(test.file("karma.wal"), "\0".repeat(secondLine - 1) + "\n" + whole.substring(secondLine));
        isRefused(CorruptionException.class, "karma.wal", "LSN 4");
    }
}
