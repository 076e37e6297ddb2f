package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.CheckProblem;
import io.karmadb.CheckReport;
import io.karmadb.CheckedFile;
import io.karmadb.CheckedFile.Kind;
import io.karmadb.CheckedFile.State;
import io.karmadb.DirectoryCheck;
import io.karmadb.ReadProgress;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks of directories in which an older server has written. */
@Tag("exhaustive")
class OlderServerCheckTest extends CheckedDirectory {
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

    private void older(String name) throws Exception {
        URI resource = OlderServerCheckTest.class.getResource("older/" + name).toURI();
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
}
