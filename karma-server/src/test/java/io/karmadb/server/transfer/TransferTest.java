package io.karmadb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Day;
import io.karmadb.KarmaStore;
import io.karmadb.server.network.Certificate;
import io.karmadb.server.network.TlsSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What exports and imports have in common, and what is exported. */
@Timeout(180)
@Tag("exhaustive")
class TransferTest extends Transfers {
    /** Names with all that a format could stumble over. */
    private static String name(Random random) {
        String[] pieces = {
            "a",
            ",",
            "\"",
            "\n",
            "\r",
            "\r\n",
            "\\",
            "'",
            " ",
            "\t",
            "\u0000",
            "\u007f",
            "ä",
            "日本",
            "🙂",
            "\u2028",
            "\uFEFF",
            "{",
            "\\u0041",
            "=1+1",
            "/",
            "%2F",
            "tree,key,day,count"
        };
        StringBuilder name = new StringBuilder();
        for (int i = random.nextInt(6); i >= 0; i--) {
            name.append(pieces[random.nextInt(pieces.length)]);
        }
        return name.toString();
    }

    /** Fills a store with names and numbers of all kinds, and returns what it holds. */
    private static void fill(KarmaStore store, Random random) {
        LocalDate today = Day.toDate(store.today());
        for (int i = 0; i < 12; i++) {
            String tree = name(random);
            store.createTree(tree);
            for (int j = random.nextInt(40); j >= 0; j--) {
                long key = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(50);
                int day = random.nextInt(20) == 0 ? Day.MIN : Day.of(today.minusDays(random.nextInt(1000)));
                if (random.nextInt(20) == 0) {
                    store.tree(tree).reset(key);
                    store.tree(tree).set(key, day, -1);
                } else if (Long.compareUnsigned(store.tree(tree).sum(key), 1L << 62) < 0) {
                    store.tree(tree)
                            .set(key, day, random.nextInt(4) == 0 ? 0 : random.nextLong() >>> random.nextInt(64) >>> 1);
                }
            }
        }
    }

    private static SortedMap<String, String> sorted(String lines) {
        SortedMap<String, String> rows = new TreeMap<>();
        lines.lines().forEach(line -> rows.put(line, line));
        return rows;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsExportedAndImportedIsTheSame(Format format) throws IOException {
        long seed = new Random().nextLong();
        start("server", 1 << 20);
        store.createTree("created first, and empty");
        store.tree("created first, and empty").increment(1);
        store.tree("created first, and empty").reset();
        fill(store, new Random(seed));
        String name = "--format=" + format.name();
        Run online = export(words(name));
        succeeds(online);
        String toFile = file("x." + format);
        succeeds(export(words("--output=" + toFile)));
        assertThat(sorted(Files.readString(Path.of(toFile)))).isEqualTo(sorted(online.out()));

        // Into a directory, and out of it in order; into a server, and out of that.
        succeeds(importing(online.out(), at("second", name, "-")));
        Run offline = export(at("second", name));
        succeeds(offline);
        assertThat(sorted(offline.out())).as("seed=%d", seed).isEqualTo(sorted(online.out()));
        stop();
        start("third", 1 << 20);
        Files.writeString(Path.of(toFile), offline.out());
        Run imported = importing("", words(name, toFile));
        succeeds(imported);
        assertThat(imported.out()).matches("[0-9,]+ rows imported\n");
        assertThat(sorted(export(words(name)).out())).as("seed=%d", seed).isEqualTo(sorted(online.out()));
        assertThat(store.verify().problems()).isEmpty();
        stop();
        server = null;
        assertThat(export(at("third", name)).out()).as("seed=%d", seed).isEqualTo(offline.out());
        assertThat(Files.exists(Path.of(toFile + ".karma-import"))).isFalse();
    }

    @Test
    void oneTreeAndSomeDaysOnly() throws IOException {
        start("server", 4096);
        store.tree("b").set(1, 20240101, 1);
        store.tree("b").set(1, 20240102, 2);
        store.tree("b").set(1, 20240103, 3);
        store.tree("a").set(-1, 20240102, -1);
        store.tree("c").set(1, 20240102, 5);
        assertThat(export(words("--from=20240102", "--to=20240102")).out())
                .isEqualTo(HEADER + "b,1,20240102,2\r\na,18446744073709551615,20240102,18446744073709551615\r\n"
                        + "c,1,20240102,5\r\n");
        assertThat(export(words("--from=20240102", "--tree=b", "--tree=c", "--format=jsonl"))
                        .out())
                .isEqualTo("{\"tree\":\"b\",\"key\":1,\"day\":20240102,\"count\":2}\n"
                        + "{\"tree\":\"b\",\"key\":1,\"day\":20240103,\"count\":3}\n"
                        + "{\"tree\":\"c\",\"key\":1,\"day\":20240102,\"count\":5}\n");
        Run missing = export(words("--tree=b", "--tree=nope"));
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.out()).isEmpty();
        assertThat(missing.err()).isEqualTo("karma export: there is no tree \"nope\"\n");
    }

    @Test
    void aWrongTokenIsSaidAndNotShown() throws IOException {
        start("server", 4096);
        for (Run run : List.of(
                export("--port=" + server.port(), "--token=wr0ng"),
                importing(HEADER + "a,1,20240101,1\n", "--port=" + server.port(), "--token=wr0ng", "-"))) {
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("Unauthorized (unauthorized)").doesNotContain("wr0ng");
        }
        Files.writeString(temporary.resolve("token"), TOKEN + "\nmore\n");
        succeeds(export("--port=" + server.port(), "--token-file=" + file("token")));
    }

    @Test
    void aDirectoryInUseIsRefused() throws IOException {
        start("server", 4096);
        for (Run run : List.of(export(at("server")), importing(HEADER + "a,1,20240101,1\n", at("server", "-")))) {
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains(file("server")).containsPattern("in use|open in another");
        }
    }

    @Test
    void anExportThatFailsLeavesNoFileAndOneThatSucceedsReplacesIt() throws IOException {
        start("server", 4096);
        store.tree("a").set(1, 20240101, 1);
        Path file = temporary.resolve("out.csv");
        Files.writeString(file, "before");
        assertThat(export(words("--output=" + file, "--tree=nope")).status()).isEqualTo(1);
        assertThat(file).hasContent("before");
        succeeds(export(words("--output=" + file)));
        assertThat(Files.readString(file)).isEqualTo(HEADER + "a,1,20240101,1\r\n");
        try (Stream<Path> files = Files.list(temporary)) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("out.csv", "server");
        }
    }

    @Test
    void anOutputThatNobodyTakesEndsTheExportQuietly() throws IOException {
        start("server", 4096);
        store.tree("a").set(1, 20240101, 1);
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(ExportCommand.run(words(), new PrintStream(closed), new PrintStream(err), false))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void wrongOptionsAreNamed() {
        List<List<String>> exports = List.of(
                List.of("--from=20240230"),
                List.of("--from=20240102", "--to=20240101"),
                List.of("--format=xml"),
                List.of("--port=0"),
                List.of("--zone=UTC"),
                List.of("--directory=x", "--port=1"),
                List.of("--directory=x", "--zone=Nowhere"),
                List.of("--token=a", "--token-file=b"),
                List.of("--token-file=/nonexistent"),
                List.of("--output=/dev/null"),
                List.of("--output=/nonexistent/file"),
                List.of("--nope"));
        for (List<String> words : exports) {
            Run run = export(words.toArray(String[]::new));
            assertThat(run.status()).as("%s", words).isEqualTo(2);
            assertThat(run.err())
                    .as("%s", words)
                    .startsWith("karma export: ")
                    .contains(words.get(0)
                            .split("=")[0]
                            .replace("--directory", "--")
                            .replace("--from", ""));
        }
        for (List<String> words :
                List.of(List.<String>of(), List.of("--resume", "-"), List.of("--resume", "--dry-run", "x"))) {
            Run run = importing("", words.toArray(String[]::new));
            assertThat(run.status()).as("%s", words).isEqualTo(2);
            assertThat(run.err()).startsWith("karma import: ");
        }
        assertThat(Arrays.asList(
                        export("--help").status(), importing("", "--help").status()))
                .containsOnly(0);
    }

    @Test
    void aServerThatSpeaksTlsIsExportedFromAndImportedIntoOnceItIsTrusted() throws Exception {
        Certificate ours = Certificate.make(temporary, "server");
        Certificate clients = Certificate.make(temporary, "client");
        start("data", 4096, new TlsSettings(ours.pem(), ours.key(), clients.pem()));
        String rows = HEADER + "links,18446744073709551615,20261101,7\r\n";
        String[] trusting = words(
                "--tls-ca=" + ours.pem(), "--tls-cert=" + clients.pem(), "--tls-key=" + clients.key(), "--format=csv");
        String[] importing = Arrays.copyOf(trusting, trusting.length + 1);
        importing[trusting.length] = "-";
        assertThat(run(false, rows, importing)).extracting(Run::status).isEqualTo(0);
        assertThat(run(true, "", trusting).out()).isEqualTo(rows);
        for (String[] wrong : List.of(
                words("--timeout=20"),
                words("--tls"),
                words("--tls-ca=" + clients.pem()),
                words("--tls-ca=" + ours.pem()))) {
            Run refused = run(true, "", wrong);
            assertThat(refused.status()).as(refused.err()).isEqualTo(1);
            assertThat(refused.out()).doesNotContain("links");
        }
        Run missing = run(true, "", words("--tls-ca=" + temporary.resolve("nowhere")));
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains("cannot speak TLS", "nowhere");
        assertThat(run(true, "", words("--tls-key=" + clients.key())).status()).isEqualTo(2);
        assertThat(run(true, "", at("data", "--tls")).status()).isEqualTo(2);
    }
}
