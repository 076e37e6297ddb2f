package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CheckProblem;
import io.karmadb.CheckReport;
import io.karmadb.CheckedFile;
import io.karmadb.CheckedFile.Kind;
import io.karmadb.CheckedFile.State;
import io.karmadb.DirectoryCheck;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.ReadProgress;
import io.karmadb.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of file and damage, and what a check says of it. */
@Tag("exhaustive")
class DirectoryCheckTest extends CheckedDirectory {
    @Test
    void everyFileOfAWholeDirectoryIsNamedWithWhatItIs() throws IOException {
        Directories.write(test.file("karma.wal.7.torn"), "x");
        Directories.write(test.file("karma.wal.7.2.torn"), "x");
        Directories.write(test.file("karma.manifest.tmp"), "half");
        Directories.write(test.file("9_a.tree.tmp"), "half");
        Directories.write(test.file("karma.wal.tmp"), "");
        Directories.write(test.file("karma.ballast"), "\0\0");
        Directories.write(test.file("notes.txt"), "mine");
        Directories.write(test.file("foo.tree"), "mine");
        Files.createDirectory(test.file("karma.aside.5"));
        Directories.write(test.file("karma.aside.5").resolve("karma.manifest"), "not looked into");
        Files.createDirectory(test.file("1_dir.tree"));
        CheckReport report = check();
        assertThat(report.problems()).isEmpty();
        assertThat(report.ok()).isTrue();
        assertThat(report.repaired()).isNull();
        List<String> kinds = new ArrayList<>();
        report.files()
                .forEach(file -> kinds.add(
                        file.kind() + " " + file.state() + " " + file.name().replaceFirst("^1[0-9]{9}_", "N_")));
        assertThat(kinds)
                .containsExactly(
                        "MANIFEST GOOD karma.manifest",
                        "WAL_SEGMENT GOOD karma.wal.1.segment",
                        "WAL_SEGMENT GOOD karma.wal.3.segment",
                        "CURRENT_LOG GOOD karma.wal",
                        "SNAPSHOT GOOD N_a.tree",
                        "OTHER_SNAPSHOT GOOD N_a.tree",
                        "OTHER_SNAPSHOT GOOD N_a.tree",
                        "TORN_COPY UNCHECKED karma.wal.7.2.torn",
                        "TORN_COPY UNCHECKED karma.wal.7.torn",
                        "ASIDE UNCHECKED karma.aside.5",
                        "TEMPORARY UNCHECKED 9_a.tree.tmp",
                        "TEMPORARY UNCHECKED karma.manifest.tmp",
                        "TEMPORARY UNCHECKED karma.wal.tmp",
                        "BALLAST UNCHECKED karma.ballast",
                        "STRAY UNCHECKED 1_dir.tree",
                        "STRAY UNCHECKED foo.tree",
                        "STRAY UNCHECKED notes.txt");
        CheckedFile segment = file(report, "karma.wal.1.segment");
        assertThat(segment.firstLsn()).isEqualTo(1);
        assertThat(segment.lastLsn()).isEqualTo(2);
        assertThat(segment.lines()).isEqualTo(2);
        assertThat(segment.bytes()).isEqualTo(Files.size(test.file("karma.wal.1.segment")));
        assertThat(file(report, LOG).firstLsn()).isEqualTo(4);
        assertThat(file(report, LOG).lastLsn()).isEqualTo(5);
        CheckedFile snapshot = file(report, snapshotsOf("a").get(2));
        assertThat(snapshot.tree()).isEqualTo("a");
        assertThat(snapshot.keys()).isEqualTo(1);
        assertThat(snapshot.lastLsn()).isEqualTo(3);
        assertThat(report.restore().trees()).isEqualTo(2);
        assertThat(report.restore().keys()).isEqualTo(3);
        assertThat(report.restore().lastLsn()).isEqualTo(5);
    }

    @Test
    void everyChangedByteOfEveryFileIsFoundAndNamed() throws IOException {
        for (String name : Directories.names(test.directory(), ".*(manifest|wal|segment|tree)")) {
            byte[] content = Files.readAllBytes(test.file(name));
            for (int i = 0; i < content.length; i += 7) {
                content[i] ^= 4;
                Files.write(test.file(name), content);
                CheckReport report = DirectoryCheck.run(options());
                assertThat(report.problems())
                        .as("%s at %d", name, i)
                        .anyMatch(problem -> problem.file().equals(name));
                content[i] ^= 4;
            }
            Files.write(test.file(name), content);
        }
        assertThat(check().ok()).isTrue();
    }

    @Test
    void oneRunShowsAllThatIsWrong() {
        change("karma.wal.1.segment", "\"count\":1", "\"count\":2");
        change("karma.wal.3.segment", "\"count\":2", "\"count\":3");
        change(LOG, "\"count\":3", "\"count\":4");
        List<String> snapshots = snapshotsOf("a");
        snapshots.forEach(name -> Directories.cut(test.file(name), 3));
        CheckReport report = check();
        assertThat(report.problems())
                .extracting(CheckProblem::file)
                .containsExactly(
                        "karma.wal.1.segment",
                        "karma.wal.3.segment",
                        LOG,
                        snapshots.get(2),
                        snapshots.get(0),
                        snapshots.get(1));
        assertThat(report.files())
                .filteredOn(file -> file.problem() != null)
                .allMatch(file -> file.state() == State.DAMAGED);
        assertThat(report.restore().possible()).isFalse();
    }

    @Test
    void aDamagedLineIsNamedWithItsPlace() {
        String text = Directories.text(test.file(LOG));
        change(LOG, "\"count\":1", "\"count\":8");
        CheckProblem problem = onlyProblem(check(), LOG);
        assertThat(problem.offset()).isEqualTo(text.indexOf('\n') + 1);
        assertThat(problem.expected()).contains("line 2", "LSN 5");
        assertThat(problem.found()).contains("CRC-32C");
        assertThat(problem.advice()).contains("copy");
    }

    @Test
    void aSnapshotThatHasAStandInIsAProblemAndARestoreWouldFallBack() {
        List<String> snapshots = snapshotsOf("a");
        Directories.cut(test.file(snapshots.get(2)), 5);
        CheckReport report = check();
        assertThat(onlyProblem(report, snapshots.get(2)).advice()).contains("fall back to " + snapshots.get(1));
        assertThat(file(report, snapshots.get(2)).state()).isEqualTo(State.DAMAGED);
        assertThat(report.restore().possible()).isTrue();
        assertThat(report.restore().warnings()).singleElement().asString().contains(snapshots.get(1));
    }

    @Test
    void aMissingSnapshotIsListed() {
        List<String> snapshots = snapshotsOf("a");
        snapshots.forEach(this::delete);
        CheckReport report = check();
        assertThat(onlyProblem(report, snapshots.get(2)).advice()).contains("refuses");
        assertThat(file(report, snapshots.get(2)).state()).isEqualTo(State.MISSING);
        assertThat(report.restore().refusal()).contains(snapshots.get(2));
    }

    @Test
    void aDamagedSnapshotThatNobodyNeedsIsAProblemAllTheSame() {
        String oldest = snapshotsOf("a").get(0);
        Directories.cut(test.file(oldest), 5);
        CheckReport report = check();
        assertThat(onlyProblem(report, oldest).advice()).contains("does without");
        assertThat(file(report, oldest).kind()).isEqualTo(Kind.OTHER_SNAPSHOT);
        assertThat(report.restore().possible()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"karma.wal.1.segment", "karma.wal.3.segment"})
    void aMissingSegmentIsAProblemOfTheFileAfterIt(String name) {
        delete(name);
        CheckReport report = check();
        String after = name.contains("1") ? "karma.wal.3.segment" : LOG;
        assertThat(onlyProblem(report, after).expected()).contains("LSN");
        assertThat(file(report, after).state()).isEqualTo(State.REFUSED);
        assertThat(file(report, after).lines()).isPositive();
    }

    @Test
    void aLogThatHasLostItsEndIsAProblem() {
        delete(LOG);
        delete("karma.wal.3.segment");
        CheckReport report = check();
        assertThat(onlyProblem(report, LOG).expected()).contains("reaches LSN 3");
        assertThat(file(report, LOG).state()).isEqualTo(State.MISSING);
    }

    @Test
    void aSegmentThatIsNeededNoMoreIsCheckedButNotMissed() {
        byte[] segment = bytes("karma.wal.1.segment");
        test.open();
        test.store().checkpoint();
        test.kill();
        assertThat(Directories.names(test.directory(), ".*segment")).isEmpty();
        write("karma.wal.1.segment", segment); // as if its deletion had been lost in a crash
        CheckReport report = check();
        assertThat(report.problems()).isEmpty();
        assertThat(file(report, "karma.wal.1.segment").lines()).isEqualTo(2);
        test.open();
        test.tree("a").increment(9);
        test.kill();
        assertThat(check().problems()).isEmpty();
        change("karma.wal.1.segment", "\"count\":1", "\"count\":2");
        report = check();
        assertThat(onlyProblem(report, "karma.wal.1.segment").advice()).contains("does without");
        assertThat(report.restore().possible()).isTrue();
    }

    private byte[] bytes(String name) {
        try {
            return Files.readAllBytes(test.file(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void write(String name, byte[] content) {
        try {
            Files.write(test.file(name), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDamagedManifestIsAProblemAndTheOtherFilesAreStillChecked() {
        change("karma.manifest", "\"lsn\":3", "\"lsn\":2");
        change("karma.wal.1.segment", "\"count\":1", "\"count\":2");
        Directories.cut(test.file(snapshotsOf("a").get(0)), 4);
        CheckReport report = check();
        assertThat(report.problems())
                .extracting(CheckProblem::file)
                .containsExactly(
                        "karma.manifest",
                        "karma.wal.1.segment",
                        snapshotsOf("a").get(0));
        assertThat(report.problems().get(0).advice()).contains("Do not just delete the manifest");
        assertThat(report.problems().get(0).found()).contains("crc=");
    }

    @Test
    void aMissingManifestIsAProblemOfTheLogThatBelongsToIt() {
        delete("karma.manifest");
        CheckReport report = check();
        assertThat(onlyProblem(report, "karma.wal.1.segment").advice()).contains("Put karma.manifest back");
        assertThat(file(report, "karma.wal.1.segment").state()).isEqualTo(State.REFUSED);
        delete("karma.wal.1.segment");
        delete("karma.wal.3.segment");
        assertThat(onlyProblem(check(), LOG).expected()).contains("karma.manifest");
    }

    @Test
    void aManifestThatCannotBeReadIsAProblem() throws IOException {
        delete("karma.manifest");
        Files.createDirectory(test.file("karma.manifest"));
        assertThat(onlyProblem(check(), "karma.manifest").expected()).contains("can be read");
    }

    @Test
    void aManifestOfAnotherVersionIsAProblem() {
        // The checksum must fit, or else it would be one that is damaged.
        String text = Directories.text(test.file("karma.manifest")).replaceFirst("\"version\":1", "\"version\":9");
        String body = text.substring(0, text.lastIndexOf(",\"crc\""));
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(body.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        Directories.write(test.file("karma.manifest"), body + String.format(",\"crc\":\"%08x\"}\n", crc.getValue()));
        CheckProblem problem = onlyProblem(check(), "karma.manifest");
        assertThat(problem.found()).isEqualTo("version 9");
        assertThat(problem.advice()).contains("Start the Karma that wrote it");
    }

    @Test
    void somethingElseByTheNameOfALogFileIsAProblem() throws IOException {
        Files.createDirectory(test.file("karma.wal.2.segment"));
        CheckReport report = check();
        assertThat(file(report, "karma.wal.2.segment").problem().expected()).isEqualTo("a regular file");
        assertThat(report.restore().possible()).isFalse();
    }

    @Test
    void aNextLogFileThatIsNotEmptyIsAProblemOnceItIsToBecomeTheLog() throws IOException {
        Files.move(test.file(LOG), test.file("karma.wal.4.segment"));
        Directories.write(test.file("karma.wal.tmp"), "");
        CheckReport report = check();
        assertThat(report.problems()).isEmpty();
        assertThat(file(report, "karma.wal.tmp").note()).contains("completes");
        Directories.write(test.file("karma.wal.tmp"), "something");
        assertThat(onlyProblem(check(), "karma.wal.tmp").found()).contains("9 bytes");
    }

    @Test
    void aDirectoryByTheNameOfATemporaryFileIsAProblem() throws IOException {
        Files.createDirectories(test.file("karma.manifest.tmp").resolve("x"));
        assertThat(onlyProblem(DirectoryCheck.run(options()), "karma.manifest.tmp")
                        .advice())
                .contains("Move it away");
    }

    @Test
    void aLoadedSnapshotSaysWhichCommandLoadsIt() {
        test.open();
        String loaded = snapshotsOf("a").get(0);
        test.store().load(loaded);
        test.kill();
        CheckReport report = check();
        assertThat(report.problems()).isEmpty();
        assertThat(file(report, loaded).note()).contains("LSN 6");
        Directories.cut(test.file(loaded), 3);
        report = check();
        assertThat(onlyProblem(report, loaded).advice()).contains("LSN 6").contains("copy");
        assertThat(report.restore().possible()).isFalse();
    }

    @Test
    void whatIsLeftOfALogThatWasTurnedOffIsNoProblem() {
        String log = Directories.text(test.file(LOG));
        test.with(options -> options.durability(io.karmadb.Durability.NONE));
        test.open();
        test.store().checkpoint();
        test.kill();
        assertThat(Directories.names(test.directory(), "karma\\.wal.*")).isEmpty();
        Directories.write(test.file(LOG), log.substring(0, log.length() - 9));
        CheckReport report = check();
        assertThat(report.problems()).isEmpty();
        assertThat(file(report, LOG).note()).contains("needed by no restore");
    }

    @Test
    void anEmptyDirectoryIsGood() {
        test.in(parent.resolve("empty")).makeDirectory();
        CheckReport report = check();
        assertThat(report.ok()).isTrue();
        assertThat(report.files()).isEmpty();
        assertThat(report.restore().trees()).isZero();
        assertThat(test.file(Directories.LOCK)).doesNotExist();
    }

    @Test
    void progressComesToItsEnd() {
        long[] last = new long[2];
        DirectoryCheck.run(options(), (bytes, of) -> {
            assertThat(bytes).isBetween(last[0], of);
            last[0] = bytes;
            last[1] = of;
        });
        assertThat(last[0]).isPositive().isEqualTo(last[1]);
    }

    @Test
    void whatIsNoDirectoryIsRefusedAndNotMade() {
        test.in(parent.resolve("nowhere"));
        assertThatThrownBy(() -> DirectoryCheck.run(options()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> DirectoryCheck.repair(options(), ReadProgress.NONE))
                .isInstanceOf(StorageException.class);
        assertThat(test.directory()).doesNotExist();
        KarmaOptions inMemory =
                KarmaOptions.builder().history(HistoryKind.ON_HEAP).build();
        assertThatThrownBy(() -> DirectoryCheck.run(inMemory)).isInstanceOf(IllegalArgumentException.class);
    }
}
