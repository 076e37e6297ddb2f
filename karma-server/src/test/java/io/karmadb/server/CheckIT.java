package io.karmadb.server;

import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.karmadb.server.network.Client;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code karma check} with the real jar: exit statuses, what it prints where, and a server on the same directory. */
@Timeout(180)
@Tag("exhaustive")
class CheckIT {
    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("da{t[a *ä");
    }

    private record Run(int status, String out, String err) {}

    private Run run(List<String> words) throws IOException, InterruptedException {
        Path out = temporary.resolve("out");
        Path err = temporary.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int status = process.waitFor();
        return new Run(status, Files.readString(out), Files.readString(err));
    }

    private Run check(String... options) throws IOException, InterruptedException {
        List<String> words = KarmaProcess.command();
        words.add("check");
        words.addAll(List.of(options));
        return run(words);
    }

    /** Starts the real server in the locale in which the directory's name can be told. */
    private KarmaProcess serve() throws IOException {
        List<String> words = KarmaProcess.command();
        words.addAll(List.of("--bind=127.0.0.1", "--port=0", "--directory=" + directory(), "--read-timeout=60"));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        KarmaProcess karma = KarmaProcess.run(builder);
        karma.awaitServing();
        return karma;
    }

    /** Leaves what a server leaves that was killed after a checkpoint and two more writes. */
    private void prepare() throws IOException {
        try (KarmaProcess karma = serve();
                Client client = karma.client()) {
            client.ask(increment("links", 1));
            client.ask("{\"command\":\"dump_all\"}");
            client.ask(increment("links", 2));
            client.ask(increment("shop", 3));
        }
    }

    private SortedMap<String, String> contents() throws IOException {
        SortedMap<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.toList()) {
                contents.put(
                        file.getFileName().toString(),
                        Files.getLastModifiedTime(file) + Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private void tear() throws IOException {
        KilledServer.cut(directory().resolve("karma.wal"), 10);
    }

    @Test
    void whatAKilledServerLeavesIsGoodAndNothingIsChanged() throws Exception {
        prepare();
        var before = contents();
        Run run = check(directory().toString());
        assertThat(run.out())
                .startsWith(directory().toString())
                .contains("A restore would give 2 trees with 3 keys, up to LSN 3")
                .endsWith("All is well.\n");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void aTornTailIsRepairedAndTheServerStarts() throws Exception {
        prepare();
        tear();
        var before = contents();
        assertThat(check(directory().toString()).status()).isEqualTo(1);
        assertThat(contents()).isEqualTo(before);
        Run repaired = check("--repair", "--json", directory().toString());
        assertThat(repaired.status()).isZero();
        assertThat(repaired.out()).startsWith("{\"ok\":true,").contains("\"repaired\":\"karma.wal.3.torn\"");
        assertThat(check(directory().toString()).status()).isZero();
        try (KarmaProcess karma = serve();
                Client client = karma.client()) {
            assertThat(karma.output()).doesNotContain("wal.torn");
            assertThat(client.ask("{\"command\":\"sum\",\"tree_name\":\"links\",\"key\":2}"))
                    .isEqualTo(success("1"));
        }
    }

    @Test
    void damageIsNamedWithStatusOneAndNotRepaired() throws Exception {
        prepare();
        Path log = directory().resolve("karma.wal");
        Files.writeString(log, Files.readString(log).replaceFirst("\"count\":1", "\"count\":2"));
        var before = contents();
        Run run = check("--repair", directory().toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("Problem: karma.wal, offset 0: expected line 1", "Nothing was repaired");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void theDirectoryOfARunningServerIsRefusedAndTheServerIsNotDisturbed() throws Exception {
        try (KarmaProcess karma = serve();
                Client client = karma.client()) {
            assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
            for (String option : List.of("--json", "--repair")) {
                Run run = check(option, directory().toString());
                assertThat(run.status()).isEqualTo(1);
                assertThat(run.out()).isEmpty();
                assertThat(run.err())
                        .startsWith("karma: The directory is ")
                        .contains(directory().toString());
            }
            // The server still has its lock.
            List<String> words = KarmaProcess.command();
            words.addAll(
                    List.of("--port=0", "--bind=127.0.0.1", "-d", directory().toString()));
            assertThat(run(words).status()).isEqualTo(1);
            assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
            assertThat(karma.stop("TERM")).isZero();
        }
        assertThat(check(directory().toString()).status()).isZero();
    }

    @Test
    void aDirectoryThatMayNotBeWrittenToIsChecked() throws Exception {
        prepare();
        Files.delete(directory().resolve("karma.lock"));
        List<String> readOnly = new ArrayList<>(List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"",
                directory().toString()));
        List<String> trial = new ArrayList<>(readOnly);
        trial.add("true");
        assumeThat(run(trial).status()).as("this system lets us mount").isZero();
        readOnly.addAll(KarmaProcess.command());
        readOnly.addAll(List.of("check", directory().toString()));
        Run run = run(readOnly);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).endsWith("All is well.\n");
        assertThat(run.status()).isZero();
        assertThat(directory().resolve("karma.lock")).doesNotExist();
    }

    @Test
    void filesOfOthersThatCannotBeReadAreProblems() throws Exception {
        prepare();
        Path log = directory().resolve("karma.wal");
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(log)).as("this user may read everything").isFalse();
        Run run = check(directory().toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("Problem: karma.wal: expected a file that can be read");
    }

    @Test
    void aWrongUseIsAMessageAndStatusTwo() throws Exception {
        String nowhere = temporary.resolve("nowhere").toString();
        for (List<String> words : List.of(
                List.<String>of(),
                List.of(nowhere),
                List.of(System.getProperty("karma.server.jar")),
                List.of("--nope", temporary.toString()),
                List.of(temporary.toString(), "more"))) {
            Run run = check(words.toArray(new String[0]));
            assertThat(run.status()).as("%s", words).isEqualTo(2);
            assertThat(run.err().lines()).singleElement().asString().startsWith("karma check: ");
            assertThat(run.out()).isEmpty();
        }
        assertThat(Path.of(nowhere)).doesNotExist();
        assertThat(check("--help").status()).isZero();
        assertThat(check("--help").out()).contains("Usage: karma check");
    }

    @Test
    void theScriptChecksToo() throws Exception {
        prepare();
        Path script = Path.of("..", "bin", "karma").toRealPath();
        Run run = run(List.of(script.toString(), "check", directory().toString()));
        assertThat(run.status()).isZero();
        assertThat(run.out()).endsWith("All is well.\n");
    }
}
