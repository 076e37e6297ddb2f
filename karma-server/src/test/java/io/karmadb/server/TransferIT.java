package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.network.Client;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code karma export} and {@code karma import} with the real jar, killed in the middle and going on. */
@Timeout(300)
@Tag("exhaustive")
class TransferIT {
    private static final String HEADER = "tree,key,day,count";

    /** More than an import does between two looks at its note, however slow the one and fast the other. */
    private static final int ROWS = 120_000;

    @TempDir
    private Path temporary;

    private record Run(int status, String out, String err) {}

    @BeforeEach
    void writeFile() throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file())) {
            writer.write(HEADER + "\r\n");
            for (int i = 0; i < ROWS; i++) {
                String tree = i % 2 == 0 ? "links" : "\"shop, ä\"";
                writer.write(tree + "," + i / 6 + "," + (20250101 + i % 6) + "," + (i * 7L + 1) + "\r\n");
            }
        }
    }

    private Path file() {
        return temporary.resolve("rows.csv");
    }

    private Path note() {
        return temporary.resolve("rows.csv.karma-import");
    }

    private ProcessBuilder tool(String... words) {
        List<String> all = KarmaProcess.command();
        all.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.redirectInput(new File("/dev/null"))
                .redirectOutput(temporary.resolve("out").toFile())
                .redirectError(temporary.resolve("err").toFile());
    }

    private Run run(String... words) throws IOException, InterruptedException {
        int status = tool(words).start().waitFor();
        return new Run(status, Files.readString(temporary.resolve("out")), Files.readString(temporary.resolve("err")));
    }

    private String noted() throws IOException {
        return Files.exists(note()) ? Files.readString(note()) : "";
    }

    /** Begins an import, and returns when it has noted how far it has got. */
    private Process importInTheMiddle(String... words) throws IOException, InterruptedException {
        String before = noted();
        Process process = tool(words).start();
        while (noted().equals(before)) {
            assertThat(process.isAlive())
                    .as(Files.readString(temporary.resolve("err")))
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return process;
    }

    /** Returns the rows of a file by tree, key and day; a line that comes twice is an error. */
    private static Map<String, String> rows(Collection<String> lines) {
        Map<String, String> rows = new TreeMap<>();
        for (String line : lines) {
            int comma = line.lastIndexOf(',');
            assertThat(rows.put(line.substring(0, comma), line.substring(comma)))
                    .as(line)
                    .isNull();
        }
        return rows;
    }

    private Map<String, String> exported(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("export", "--output=" + temporary.resolve("back.csv")));
        all.addAll(List.of(words));
        Run run = run(all.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEmpty();
        return rows(Files.readAllLines(temporary.resolve("back.csv")));
    }

    @Test
    void importsKilledInTheMiddleGoOnAndLoseAndDoubleNothing() throws Exception {
        Map<String, String> expected = rows(Files.readAllLines(file()));
        Path data = temporary.resolve("data");

        // Into a server, when the import is killed, and when the server is.
        try (KarmaProcess karma = KarmaProcess.serve(data)) {
            String port = "--port=" + karma.port();
            importInTheMiddle("import", port, file().toString())
                    .destroyForcibly()
                    .waitFor();
            assertThat(note()).exists();
            try (Client client = karma.client()) {
                // What was counted meanwhile in other buckets stays.
                client.ask("{\"command\":\"increment\",\"tree_name\":\"links\",\"key\":18446744073709551615}");
            }
            Process second = importInTheMiddle("import", port, file().toString(), "--resume");
            karma.process().destroyForcibly();
            assertThat(second.waitFor()).isEqualTo(1);
            assertThat(Files.readString(temporary.resolve("err")))
                    .contains("127.0.0.1:" + karma.port())
                    .contains("imported so far; --resume goes on from there");
        }
        try (KarmaProcess karma = KarmaProcess.serve(data)) {
            Run elsewhere = run("import", "--port=" + karma.port(), file().toString(), "--resume");
            assertThat(elsewhere.status()).isEqualTo(1);
            assertThat(elsewhere.err()).contains("cannot resume: it went to ");
            Files.writeString(note(), Files.readString(note()).replaceFirst(":\\d+\"", ":" + karma.port() + "\""));
            Run last = run("import", "--port=" + karma.port(), file().toString(), "--resume");
            assertThat(last.status()).as(last.err()).isZero();
            assertThat(last.out())
                    .startsWith(String.format(Locale.ROOT, "%,d rows imported, ", ROWS))
                    .contains(" of them before");
            assertThat(note()).doesNotExist();
            Map<String, String> found = exported("--port=" + karma.port());
            assertThat(found.keySet().removeIf(row -> row.startsWith("links,18446744073709551615,")))
                    .isTrue();
            assertThat(found).isEqualTo(expected);
            try (Client client = karma.client()) {
                assertThat(client.ask("{\"command\":\"verify\"}")).contains("\"status\":\"ok\"");
            }
            Run inUse = run("export", "--directory=" + data);
            assertThat(inUse.status()).isEqualTo(1);
            assertThat(inUse.err()).contains("in use");
        }

        // Into a directory.
        Path second = temporary.resolve("second");
        importInTheMiddle("import", "--directory=" + second, file().toString())
                .destroyForcibly()
                .waitFor();
        assertThat(note()).exists();
        Run rest = run("import", "--directory=" + second, file().toString(), "--resume");
        assertThat(rest.status()).as(rest.err()).isZero();
        assertThat(exported("--directory=" + second)).isEqualTo(expected);
        assertThat(second.resolve("karma.wal")).isEmptyFile();
        assertThat(run("check", second.toString()).status()).isZero();
    }

    @Test
    void aLineThatWouldTakeACounterPastItsMaximumIsFoundBeforeAnythingIsImported() throws Exception {
        Path data = temporary.resolve("data");
        Path small =
                Files.writeString(temporary.resolve("small.csv"), HEADER + "\nlinks,7,20240101,18446744073709550000\n");
        Files.writeString(file(), "links,7,20260101,700\n", StandardOpenOption.APPEND);
        String refused = "karma import: line " + (ROWS + 2) + " was refused: Counter would pass 18446744073709551615: ";
        Map<String, String> before = Map.of("links,7,20240101", ",18446744073709550000");
        try (KarmaProcess karma = KarmaProcess.serve(data)) {
            String port = "--port=" + karma.port();
            assertThat(run("import", port, small.toString()).status()).isZero();
            Run online = run("import", port, file().toString());
            assertThat(online.status()).isEqualTo(1);
            assertThat(online.out()).isEmpty();
            assertThat(online.err()).startsWith(refused);
            assertThat(withoutHeader(exported(port))).isEqualTo(before);
            assertThat(karma.stop("TERM")).isZero();
        }
        Run offline = run("import", "--directory=" + data, file().toString());
        assertThat(offline.status()).isEqualTo(1);
        assertThat(offline.out()).isEmpty();
        assertThat(offline.err()).startsWith(refused);
        assertThat(note()).doesNotExist();
        assertThat(withoutHeader(exported("--directory=" + data))).isEqualTo(before);
    }

    private static Map<String, String> withoutHeader(Map<String, String> rows) {
        assertThat(rows.remove("tree,key,day")).isEqualTo(",count");
        return rows;
    }

    @Test
    void aReaderThatHasHadEnoughEndsAnExportQuietly() throws Exception {
        Path data = temporary.resolve("data");
        assertThat(run("import", "--directory=" + data, file().toString()).status())
                .isZero();
        ProcessBuilder builder = tool("export", "--directory=" + data).redirectOutput(ProcessBuilder.Redirect.PIPE);
        Process export = builder.start();
        try (InputStream out = export.getInputStream()) {
            assertThat(out.readNBytes(20)).asString().isEqualTo(HEADER + "\r\n");
        }
        assertThat(export.waitFor()).isEqualTo(1);
        assertThat(temporary.resolve("err")).isEmptyFile();
    }
}
