package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.CheckProblem;
import io.karmadb.CheckReport;
import io.karmadb.CheckedFile.State;
import io.karmadb.DirectoryCheck;
import io.karmadb.ReadProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a repair does, and what it leaves alone. */
@Tag("exhaustive")
class DirectoryRepairTest extends CheckedDirectory {
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
}
