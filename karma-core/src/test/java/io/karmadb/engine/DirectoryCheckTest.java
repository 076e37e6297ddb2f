package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CheckProblem;
import io.karmadb.CheckReport;
import io.karmadb.CheckedFile;
import io.karmadb.CheckedFile.Kind;
import io.karmadb.CheckedFile.State;
import io.karmadb.DirectoryCheck;
import io.karmadb.DirectoryLockedException;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.ReadProgress;
import io.karmadb.RestoreReport;
import io.karmadb.StorageException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real directories with every kind of file and damage, checked and repaired. */
@Tag("exhaustive")
class DirectoryCheckTest {
    private static final String LOG = "karma.wal";

    @TempDir
    Path parent;

    private TestStore test;

    /** Leaves a manifest, three snapshots of a and one of b, two segments, and lines in the current file. */
    @BeforeEach
    void prepare() {
        HookedDisk disk = new HookedDisk();
        test = new TestStore(parent, disk);
        test.open();
        test.tree("a").increment(1);
        test.store().snapshot("a");
        test.tree("b").increment(1);
        disk.hook((action, name) -> {
            if (action == HookedDisk.Action.CREATE && name.endsWith("_b.tree.tmp")) {
                throw new IOException("refused");
            }
        });
        test.store().checkpoint();
        test.tree("b").increment(1);
        test.store().checkpoint();
        test.tree("b").increment(1);
        test.tree("a").increment(2);
        disk.hook((action, name) -> {});
        test.kill();
        delete("karma.ballast");
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void delete(String name) {
        try {
            Files.deleteIfExists(test.file(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private KarmaOptions options() {
        return KarmaOptions.builder()
                .directory(test.directory())
                .history(HistoryKind.ON_HEAP)
                .clock(test.clock)
                .zone(ZoneOffset.UTC)
                .build();
    }

    /** Checks, and that it changes nothing and says what opening a copy then finds. */
    private CheckReport check() {
        boolean lock = Files.exists(test.file(Directories.LOCK));
        var before = Directories.contents(test.directory());
        CheckReport report = DirectoryCheck.run(options());
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
        assertThat(Files.exists(test.file(Directories.LOCK))).isEqualTo(lock);
        requireForecast(report);
        assertThat(report.problems())
                .allSatisfy(problem -> assertThat(problem.expected() + problem.found() + problem.advice())
                        .doesNotContain("null"));
        return report;
    }

    private void requireForecast(CheckReport report) {
        Path original = test.directory();
        test.in(test.copy());
        try {
            KarmaStore store = test.open();
            RestoreReport restored = store.restoreReport();
            assertThat(report.restore().refusal()).isNull();
            assertThat(report.restore().trees()).isEqualTo(restored.trees());
            assertThat(report.restore().keys()).isEqualTo(restored.keys());
            assertThat(report.restore().snapshots()).isEqualTo(restored.snapshots());
            assertThat(report.restore().lines()).isEqualTo(restored.lines());
            assertThat(report.restore().olderLines()).isEqualTo(restored.olderLines());
            assertThat(report.restore().tornBytes()).isEqualTo(restored.tornBytes());
            assertThat(report.restore().lastLsn()).isEqualTo(store.statistics().lastLsn());
            assertThat(report.restore().warnings()).hasSameSizeAs(restored.warnings());
        } catch (KarmaException e) {
            assertThat(report.restore().refusal())
                    .isEqualTo(e.getMessage().replace(test.directory() + "/", original + "/"));
        } finally {
            test.close();
            test.in(original);
        }
    }

    private CheckProblem onlyProblem(CheckReport report, String file) {
        assertThat(report.ok()).isFalse();
        assertThat(report.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.file()).isEqualTo(file));
        CheckProblem problem = report.problems().get(0);
        assertThat(file(report, file).problem()).isEqualTo(problem);
        return problem;
    }

    private static CheckedFile file(CheckReport report, String name) {
        return report.files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " in " + report.files()));
    }

    private List<String> snapshotsOf(String tree) {
        return Directories.names(test.directory(), ".*_" + tree + "\\.tree");
    }

    private void change(String name, String from, String to) {
        String text = Directories.text(test.file(name));
        assertThat(text).contains(from);
        Directories.write(test.file(name), text.replaceFirst(from, to));
    }

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
    void aSnapshotOfAnOlderServerIsAProblem() {
        String name = "99999999999_a.tree";
        OlderServerFiles.write(
                test.file(name),
                StoreContents.parse("a\n\t1 20240101=1\n", TestStore.FIRST_DAY).get("a"));
        CheckReport report = check();
        assertThat(onlyProblem(report, name).advice()).contains("Remove karma.manifest");
        assertThat(file(report, name).state()).isEqualTo(State.REFUSED);
        assertThat(file(report, name).note()).contains("older server");
    }

    @Test
    void linesOfAnOlderServerAreAProblem() {
        String log = Directories.text(test.file(LOG));
        Directories.write(test.file(LOG), log + "{\"command\":\"increment\",\"tree_name\":\"a\",\"key\":1}\n");
        CheckProblem problem = onlyProblem(check(), LOG);
        assertThat(problem.offset()).isEqualTo(log.length());
        assertThat(problem.advice()).contains("Keep karma.manifest");
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
    void aTornTailIsReportedAndARepairDoesWithItWhatAStartDoes() {
        Directories.cut(test.file(LOG), 20);
        CheckReport report = check();
        CheckProblem problem = onlyProblem(report, LOG);
        assertThat(problem.advice()).contains("torn tail").contains("repair");
        assertThat(file(report, LOG).state()).isEqualTo(State.TORN_TAIL);
        assertThat(report.restore().tornBytes()).isPositive();
        Path started = test.copy();
        CheckReport repaired = DirectoryCheck.repair(options(), ReadProgress.NONE);
        assertThat(repaired.problems()).isEmpty();
        assertThat(repaired.repaired()).isEqualTo("karma.wal.5.torn");
        assertThat(repaired.restore().tornBytes()).isZero();
        assertThat(repaired.restore().lastLsn()).isEqualTo(4);
        Path byRepair = test.directory();
        test.in(started).open();
        test.kill();
        for (String name : List.of(LOG, "karma.wal.5.torn")) {
            assertThat(Directories.text(byRepair.resolve(name))).isEqualTo(Directories.text(test.file(name)));
        }
        test.in(byRepair);
        assertThat(check().ok()).isTrue();
        assertThat(test.open().restoreReport().tornBytes()).isZero();
    }

    @Test
    void aRepairTouchesNothingElse() {
        Directories.cut(test.file(LOG), 20);
        Directories.write(test.file("karma.manifest.tmp"), "half");
        var before = Directories.contents(test.directory());
        assertThat(DirectoryCheck.repair(options(), ReadProgress.NONE).repaired())
                .isNotNull();
        var after = Directories.contents(test.directory());
        before.remove(LOG);
        after.remove(LOG);
        after.remove("karma.wal.5.torn");
        assertThat(after).isEqualTo(before);
    }

    @Test
    void aRepairOfWhatIsGoodOrDamagedChangesNothing() {
        var good = Directories.contents(test.directory());
        assertThat(DirectoryCheck.repair(options(), ReadProgress.NONE).ok()).isTrue();
        assertThat(Directories.contents(test.directory())).isEqualTo(good);
        Directories.cut(test.file(LOG), 20);
        Directories.cut(test.file(snapshotsOf("a").get(0)), 5);
        var damaged = Directories.contents(test.directory());
        CheckReport report = DirectoryCheck.repair(options(), ReadProgress.NONE);
        assertThat(report.repaired()).isNull();
        assertThat(report.problems()).hasSize(2);
        assertThat(Directories.contents(test.directory())).isEqualTo(damaged);
    }

    @Test
    void aRepairThatIsKilledCanBeDoneAgain() {
        WatchedDisk disk = new WatchedDisk();
        Directories.cut(test.file(LOG), 20);
        List<Path> kills = new ArrayList<>();
        disk.afterEachChange(() -> {
            Path copy = parent.resolve("kill-" + kills.size());
            Directories.copy(test.directory(), copy);
            kills.add(copy);
        });
        Engine.repair(options(), disk, ReadProgress.NONE);
        assertThat(kills).hasSizeGreaterThan(3);
        for (Path kill : kills) {
            test.in(kill);
            CheckReport report = DirectoryCheck.repair(options(), ReadProgress.NONE);
            assertThat(report.problems()).as(kill.toString()).isEmpty();
            assertThat(report.restore().lastLsn()).isEqualTo(4);
            assertThat(Directories.names(kill, ".*\\.torn")).isNotEmpty();
        }
    }

    private void older(String name) throws Exception {
        URI resource = DirectoryCheckTest.class.getResource("older/" + name).toURI();
        test.in(parent.resolve("older-" + name));
        Directories.copy(Path.of(resource).resolve("data"), test.makeDirectory().directory());
    }

    @ParameterizedTest
    @ValueSource(strings = {"one-snapshot", "snapshot-and-log", "log-only", "no-keys", "edge-keys", "several-trees"})
    void directoriesOfAnOlderServerAreUnderstood(String name) throws Exception {
        older(name);
        CheckReport report = check();
        assertThat(report.problems()).isEmpty();
        assertThat(report.files())
                .allMatch(file -> file.state() == State.GOOD)
                .extracting(CheckedFile::kind)
                .containsAnyOf(Kind.SNAPSHOT, Kind.CURRENT_LOG)
                .doesNotContain(Kind.MANIFEST);
    }

    @Test
    void aTornTailOfAnOlderServerIsLeftToAStart() throws Exception {
        older("log-only");
        String log = Directories.text(test.file(LOG));
        Directories.write(test.file(LOG), log + "{\"command\":\"incr");
        CheckReport report = check();
        assertThat(file(report, LOG).state()).isEqualTo(State.TORN_TAIL);
        assertThat(onlyProblem(report, LOG).advice()).contains("start").doesNotContain("repair");
        var before = Directories.contents(test.directory());
        assertThat(DirectoryCheck.repair(options(), ReadProgress.NONE).repaired())
                .isNull();
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void aDamagedSnapshotOfAnOlderServerIsAProblem() throws Exception {
        older("one-snapshot");
        String name = Directories.names(test.directory(), ".*\\.tree").get(0);
        Directories.cut(test.file(name), 1);
        assertThat(onlyProblem(check(), name).advice()).contains("refuses");
    }

    @Test
    void aLogThatAnOlderServerBeganIsGoodAfterTheTakeover() throws Exception {
        older("log-only");
        test.open().tree("new").increment(1);
        test.kill();
        CheckReport report = check();
        assertThat(report.problems()).isEmpty();
        assertThat(file(report, "karma.wal.1.segment").note()).contains("older server");
        assertThat(report.restore().olderLines()).isPositive();
    }

    @Test
    void aDirectoryThatIsOpenIsRefused() {
        test.open();
        assertThatThrownBy(() -> DirectoryCheck.run(options())).isInstanceOf(DirectoryLockedException.class);
        assertThatThrownBy(() -> DirectoryCheck.repair(options(), ReadProgress.NONE))
                .isInstanceOf(DirectoryLockedException.class);
        // And neither has given the lock of this process away.
        assertThatThrownBy(() -> Engine.open(options())).isInstanceOf(DirectoryLockedException.class);
        test.close();
        assertThat(DirectoryCheck.run(options()).ok()).isTrue();
    }

    @Test
    void aDirectoryThatIsBeingCheckedCannotBeOpened() {
        test.open().close(); // leaves a lock file
        List<Class<?>> failures = new ArrayList<>();
        DirectoryCheck.run(options(), (bytes, of) -> {
            try (KarmaStore store = KarmaStore.open(options())) {
                failures.add(store.getClass());
            } catch (DirectoryLockedException e) {
                failures.add(e.getClass());
            }
        });
        assertThat(failures).isNotEmpty().containsOnly(DirectoryLockedException.class);
    }

    @Test
    void aDirectoryWithoutLockFileThatIsOpenedMeanwhileIsNotJudged() {
        test.close();
        delete(Directories.LOCK);
        assertThatThrownBy(() -> DirectoryCheck.run(options(), (bytes, of) -> {
                    if (!Files.exists(test.file(Directories.LOCK))) {
                        test.open();
                    }
                }))
                .isInstanceOf(DirectoryLockedException.class)
                .hasMessageContaining("while it was read");
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
