package io.karmadb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Day;
import io.karmadb.Durability;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.server.KarmaServer;
import io.karmadb.server.network.Certificate;
import io.karmadb.server.network.NetworkSettings;
import io.karmadb.server.network.TlsSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports and imports, of a server over a real socket and of directories. */
@Timeout(180)
@Tag("exhaustive")
class TransferTest {
    private static final String HEADER = "tree,key,day,count\r\n";
    private static final String TOKEN = "sésame";

    @TempDir
    private Path temporary;

    private KarmaStore store;
    private KarmaServer server;

    private record Run(int status, String out, String err) {}

    private void start(String directory, int requestBytesMax) throws IOException {
        start(directory, requestBytesMax, null);
    }

    private void start(String directory, int requestBytesMax, TlsSettings tls) throws IOException {
        store = KarmaStore.open(KarmaOptions.builder()
                .directory(temporary.resolve(directory))
                .durability(Durability.WRITE)
                .build());
        NetworkSettings usual = NetworkSettings.LOOPBACK;
        server = KarmaServer.start(
                store,
                new NetworkSettings(
                                usual.host(),
                                usual.port(),
                                usual.noDelay(),
                                requestBytesMax,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(60),
                                TOKEN,
                                usual.connectionsMax())
                        .withTls(tls));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
            store.close();
        }
    }

    private String[] words(String... options) {
        List<String> words = new ArrayList<>(List.of("--port=" + server.port(), "--token=" + TOKEN));
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    private String[] at(String directory, String... options) {
        List<String> words = new ArrayList<>(List.of("--directory=" + temporary.resolve(directory)));
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    private String file(String name) {
        return temporary.resolve(name).toString();
    }

    private static Run run(boolean exporting, String in, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream printOut = new PrintStream(out, false, StandardCharsets.UTF_8);
        PrintStream printErr = new PrintStream(err, false, StandardCharsets.UTF_8);
        int status = exporting
                ? ExportCommand.run(words, printOut, printErr, false)
                : ImportCommand.run(
                        words,
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                        printOut,
                        printErr,
                        false);
        printOut.flush();
        printErr.flush();
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Run export(String... words) {
        return run(true, "", words);
    }

    private static Run importing(String in, String... words) {
        return run(false, in, words);
    }

    private static void succeeds(Run run) {
        assertThat(run.status()).as(run.err()).isZero();
    }

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
    void badLinesAreNamedAndNothingIsImported() throws IOException {
        String bad = HEADER + "a,1,20240101,1\nb,x,20240101,1\nc,1,20240230,1\nd,1\n"
                + "e,1,20240101,18446744073709551615\ne,1,20240102,1\n";
        Run run = importing(bad, at("data", "-"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines().toList())
                .containsExactly(
                        "karma import: line 3: key must be an integer from 0 to 18446744073709551615, not \"x\"",
                        "karma import: line 4: day must be a day of the calendar as YYYYMMDD, not \"20240230\"",
                        "karma import: line 5: it must have the 4 fields tree,key,day,count, not 2",
                        "karma import: line 7: with this count the key's total would pass 18446744073709551615",
                        "karma import: 4 bad lines; nothing was imported");
        assertThat(Files.exists(temporary.resolve("data"))).isFalse();
        Run many = importing(HEADER + "x\n".repeat(25), at("data", "-"));
        assertThat(many.err().lines().toList())
                .hasSize(21)
                .last()
                .isEqualTo("karma import: 25 bad lines, 5 of them not shown; nothing was imported");
    }

    @Test
    void aDryRunChecksAndImportsNothing() {
        Run run = importing(HEADER + "a,1,20240101,1\n", at("data", "--dry-run", "-"));
        assertThat(run).isEqualTo(new Run(0, "1 row good; nothing was imported\n", ""));
        assertThat(Files.exists(temporary.resolve("data"))).isFalse();
    }

    @Test
    void anEmptyFileIsImported() throws IOException {
        assertThat(importing("", at("data", "-")).out()).isEqualTo("0 rows imported\n");
        start("server", 4096);
        assertThat(importing(HEADER, words("-")).out()).isEqualTo("0 rows imported\n");
        assertThat(store.trees()).isEmpty();
    }

    @Test
    void theLastLineOfABucketCountsAndOthersAreLeftAlone() throws IOException {
        start("server", 4096);
        store.tree("a").set(1, 20240101, 50);
        store.tree("a").set(1, 20240102, 60);
        succeeds(importing(HEADER + "a,1,20240101,7\na,1,20240103,8\na,1,20240101,9\n", words("-")));
        assertThat(export(words()).out()).isEqualTo(HEADER + "a,1,20240101,9\r\na,1,20240102,60\r\na,1,20240103,8\r\n");
        assertThat(store.tree("a").sum(1)).isEqualTo(9 + 60 + 8);
    }

    @Test
    void aDayThatHasNotComeIsRefusedBeforeAnythingIsImported() throws IOException {
        int tomorrow = Day.of(LocalDate.now(ZoneId.systemDefault()).plusDays(2));
        String rows = HEADER + "a,1,20240101,1\nb,1," + tomorrow + ",1\n";
        Run offline = importing(rows, at("data", "-"));
        assertThat(offline.status()).isEqualTo(1);
        assertThat(offline.err()).contains("line 3 was refused: The day has not come yet: day=" + tomorrow);
        assertThat(export(at("data")).out()).isEqualTo(HEADER);
        start("server", 4096);
        Run online = importing(rows, words("-"));
        assertThat(online.status()).isEqualTo(1);
        assertThat(online.err()).contains("line 3 was refused: The day has not come yet: day=" + tomorrow);
        assertThat(store.trees()).isEmpty();
    }

    @Test
    void aNameTooLongForTheServersRequestsIsRefusedBeforeAnythingIsImported() throws IOException {
        start("server", 500);
        String rows = HEADER + "a,1,20240101,1\n" + "n".repeat(500) + ",1,20240101,1\n";
        Run run = importing(rows, words("-"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("line 3 was refused: Request exceeds 500 bytes (request_too_large)");
        assertThat(store.trees()).isEmpty();
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCounterThatWouldPassItsMaximumIsFoundBeforeAnythingIsImported(boolean intoServer) throws IOException {
        start("data", 4096);
        store.tree("a").set(1, 20240101, -1);
        store.tree("a").set(1, 20240101, -10);
        String[] words = intoServer ? words(file("x.csv")) : at("data", file("x.csv"));
        if (!intoServer) {
            stop();
        }
        // The bucket that gives way makes room, and then there is too little of it.
        String good = HEADER
                + "a,2,20240102,1\nnew,1,20240102,-\na,1,20240101,7\na,1,20240102,18446744073709551608\n"
                        .replace("-", Long.toUnsignedString(-1));
        Files.writeString(temporary.resolve("x.csv"), good + "a,3,20240102,1\na,1,20240103,1\n");
        Run run = importing("", words);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("karma import: line 7 was refused: Counter would pass 18446744073709551615: tree=a, key=1, "
                        + "other days=18446744073709551615, day=20240103, count=1; nothing was changed\n");
        assertThat(temporary.resolve("x.csv.karma-import")).doesNotExist();
        if (!intoServer) {
            start("data", 4096);
        }
        assertThat(export(words()).out()).isEqualTo(HEADER + "a,1,20240101,18446744073709551606\r\n");
        if (!intoServer) {
            stop();
        }
        Files.writeString(temporary.resolve("x.csv"), good);
        succeeds(importing("", words));
        succeeds(importing("", words)); // again changes nothing
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
    void anImportGoesOnWhereItsNoteSays() throws Exception {
        Path file = temporary.resolve("x.csv");
        String first = HEADER + "a,1,20240101,1\r\n\"b\n\",2,20240101,2\r\n";
        Files.writeString(file, first + "c,3,20240101,3\r\n");
        KarmaOptions options =
                KarmaOptions.builder().directory(temporary.resolve("data")).build();
        ProgressBar progress = new ProgressBar(null, System::nanoTime);
        try (InputFile input = InputFile.open(file.toString(), InputStream.nullInputStream(), progress)) {
            Validation validation = Validation.of(input, Format.CSV, progress);
            ImportState.start(StoreTarget.nameOf(options), Format.CSV, input, validation)
                    .at(first.length(), 5, 2)
                    .write(ImportState.pathOf(file));
        }
        Run elsewhere = importing("", at("other", "--resume", file.toString()));
        assertThat(elsewhere.status()).isEqualTo(1);
        assertThat(elsewhere.err()).contains("cannot resume: it went to " + file("data"));
        Run run = importing("", at("data", "--resume", file.toString()));
        succeeds(run);
        assertThat(run.out()).isEqualTo("3 rows imported, 2 of them before\n");
        assertThat(export(at("data")).out()).isEqualTo(HEADER + "c,3,20240101,3\r\n");
        assertThat(Files.exists(ImportState.pathOf(file))).isFalse();
        Run again = importing("", at("data", "--resume", file.toString()));
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("there is nothing to resume");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{}",
                "{\"target\":\"x\",\"format\":\"CSV\",\"sha256\":\"\",\"bytes\":1,\"offset\":2,\"line\":1,\"rows\":0}"
            })
    void aNoteThatIsNoneIsRefusedAndStartingOverIsNot(String note) throws IOException {
        Path file = temporary.resolve("x.csv");
        Files.writeString(file, HEADER + "a,1,20240101,1\n");
        Files.writeString(ImportState.pathOf(file), note);
        Run run = importing("", at("data", "--resume", file.toString()));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("is no state of an import").contains("Start over without --resume");
        Run over = importing("", at("data", file.toString()));
        succeeds(over);
        assertThat(over.err()).contains("starts over");
        assertThat(Files.exists(ImportState.pathOf(file))).isFalse();
    }

    @Test
    void aFileThatHasChangedIsNotResumed() throws Exception {
        Path file = temporary.resolve("x.csv");
        Files.writeString(file, HEADER + "a,1,20240101,1\n");
        ProgressBar progress = new ProgressBar(null, System::nanoTime);
        KarmaOptions options =
                KarmaOptions.builder().directory(temporary.resolve("data")).build();
        try (InputFile input = InputFile.open(file.toString(), InputStream.nullInputStream(), progress)) {
            Validation validation = Validation.of(input, Format.CSV, progress);
            ImportState.start(StoreTarget.nameOf(options), Format.CSV, input, validation)
                    .write(ImportState.pathOf(file));
        }
        Files.writeString(file, HEADER + "a,1,20240101,2\n");
        Run run = importing("", at("data", "--resume", file.toString()));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("cannot resume: the file has changed since");
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
