package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.CheckProblem;
import io.karmadb.CheckReport;
import io.karmadb.CheckedFile;
import io.karmadb.DirectoryCheck;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.RestoreReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real directory with every kind of file, to be damaged, checked and repaired. */
abstract class CheckedDirectory {
    static final String LOG = "karma.wal";

    @TempDir
    Path parent;

    TestStore test;

    /** Leaves a manifest, three snapshots of a and one of b, two segments, and lines in the current file. */
    @BeforeEach
    void prepare() {
        HookedDisk disk = new HookedDisk();
        test = new TestStore(parent, disk);
        Directories.leaveTwoSegments(test, disk, 2);
        delete("karma.ballast");
    }

    @AfterEach
    void close() {
        test.close();
    }

    void delete(String name) {
        try {
            Files.deleteIfExists(test.file(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    KarmaOptions options() {
        return KarmaOptions.builder()
                .directory(test.directory())
                .history(HistoryKind.ON_HEAP)
                .clock(test.clock)
                .zone(ZoneOffset.UTC)
                .build();
    }

    /** Checks, and that it changes nothing and says what opening a copy then finds. */
    CheckReport check() {
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

    CheckProblem onlyProblem(CheckReport report, String file) {
        assertThat(report.ok()).isFalse();
        assertThat(report.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.file()).isEqualTo(file));
        CheckProblem problem = report.problems().get(0);
        assertThat(file(report, file).problem()).isEqualTo(problem);
        return problem;
    }

    static CheckedFile file(CheckReport report, String name) {
        return report.files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " in " + report.files()));
    }

    List<String> snapshotsOf(String tree) {
        return Directories.names(test.directory(), ".*_" + tree + "\\.tree");
    }

    void change(String name, String from, String to) {
        String text = Directories.text(test.file(name));
        assertThat(text).contains(from);
        Directories.write(test.file(name), text.replaceFirst(from, to));
    }
}
