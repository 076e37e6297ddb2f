package io.karmadb.server;

import static io.karmadb.server.network.Client.error;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import io.karmadb.server.network.Client;
import io.karmadb.server.network.NetworkSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server and a real store, over real sockets. */
@Timeout(120)
class KarmaServerTest {
    private static final String PONG = success("\"pong\"");

    @TempDir
    private Path temporary;

    private KarmaStore store;
    private KarmaServer server;

    private Path directory() {
        return temporary.resolve("data");
    }

    private void start(Durability durability) throws IOException {
        store = KarmaStore.open(KarmaOptions.builder()
                .directory(directory())
                .durability(durability)
                .build());
        server = KarmaServer.start(store, NetworkSettings.LOOPBACK);
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private static String tree(String command, String tree) {
        return "{\"command\":\"" + command + "\",\"tree_name\":\"" + tree + "\"}";
    }

    private static String command(String command) {
        return "{\"command\":\"" + command + "\"}";
    }

    private static String set(String tree, long key, int day, String count) {
        return "{\"command\":\"set\",\"tree_name\":\"" + tree + "\",\"key\":" + Long.toUnsignedString(key) + ",\"day\":"
                + day + ",\"count\":" + count + "}";
    }

    private static String ranged(String command, String tree, String more) {
        return "{\"command\":\"" + command + "\",\"tree_name\":\"" + tree + "\",\"time_from\":0,"
                + "\"time_to\":18446744073709551615" + more + "}";
    }

    @Test
    void answersEveryCommand() throws IOException {
        start(Durability.FSYNC);
        int today = store.today();
        try (Client client = new Client(server.port())) {
            assertThat(client.ask(command("ping"))).isEqualTo(PONG);
            assertThat(client.ask(tree("create", "a"))).isEqualTo(success("\"OK\""));
            assertThat(client.ask(tree("create", "a"))).isEqualTo(success("\"OK\""));
            assertThat(client.ask(increment("a", -1))).isEqualTo(success("1"));
            assertThat(client.ask(increment("b", 7))).isEqualTo(success("1"));
            assertThat(client.ask(command("trees"))).isEqualTo(success("[\"a\",\"b\"]"));
            assertThat(client.ask("{\"command\":\"decrement\",\"tree_name\":\"b\",\"key\":7}"))
                    .isEqualTo(success("1"));
            assertThat(client.ask("{\"command\":\"decrement\",\"tree_name\":\"b\",\"key\":7}"))
                    .isEqualTo(success("1"));
            assertThat(client.ask("{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":18446744073709551615}"))
                    .isEqualTo(success("1"));
            assertThat(client.ask(set("a", -1, 20240229, "5"))).isEqualTo(success("1"));
            assertThat(client.ask(set("a", -1, 20240229, "18446744073709551615")))
                    .isEqualTo(error(
                            "validation_error",
                            "Counter would pass 18446744073709551615: tree=a, key=18446744073709551615, other days=1, "
                                    + "day=20240229, count=18446744073709551615"));
            assertThat(client.ask(ranged("find", "a", ",\"key\":18446744073709551615")))
                    .isEqualTo(success("{\"20240229\":5,\"" + today + "\":1}"));
            assertThat(client.ask(set("a", -1, 99991231, "5")))
                    .isEqualTo(error(
                            "validation_error", "The day has not come yet: day=99991231, today=" + store.today()));
            assertThat(client.ask(ranged("find", "b", ""))).isEqualTo(success("{\"7\":{\"" + today + "\":0}}"));
            assertThat(client.ask(ranged("find", "b", ",\"key\":7"))).isEqualTo(success("{\"" + today + "\":0}"));
            assertThat(client.ask(ranged("find", "b", ",\"key\":8"))).isEqualTo(success("{}"));
            assertThat(client.ask(ranged("delete", "b", ",\"key\":9"))).isEqualTo(success("true"));
            assertThat(client.ask(ranged("delete", "b", ""))).isEqualTo(success("true"));
            assertThat(client.ask("{\"command\":\"reset\",\"tree_name\":\"b\",\"key\":7}"))
                    .isEqualTo(success("\"OK\""));
            assertThat(client.ask(tree("reset", "b"))).isEqualTo(success("\"OK\""));
            assertThat(client.ask(ranged("find", "b", "")))
                    .isIn(success("{\"7\":{},\"9\":{}}"), success("{\"9\":{},\"7\":{}}"));
            assertThat(client.ask(tree("dump", "a"))).isEqualTo(success("\"Tree \\\"a\\\" saved\""));
            assertThat(client.ask(command("dump_all"))).isEqualTo(success("\"OK\""));
            String dumps = client.ask(command("dumps"));
            List<Path> files = files("_a.tree");
            assertThat(files).hasSize(2);
            assertThat(dumps)
                    .contains(
                            '"' + files.get(0).toString() + '"',
                            '"' + files.get(1).toString() + '"');
            assertThat(client.ask(tree("drop", "a"))).isEqualTo(success("\"OK\""));
            assertThat(client.ask(tree("drop", "a"))).isEqualTo(error("not_found", "Tree \"a\" not found"));
            assertThat(client.ask(tree("load", files.get(0).getFileName().toString())))
                    .isEqualTo(success("\"Tree \\\"a\\\" loaded\""));
            assertThat(client.ask(command("health")))
                    .containsPattern("\"status\":\"ok\",\"uptime_seconds\":\\d+,\"wal_enabled\":true}");
            assertThat(client.ask(command("stats"))).contains("\"trees\":2,\"keys\":3,\"dump_count\":3,");
            assertThat(client.ask(command("metrics"))).contains("\\nkarma_keys 3\\n");
            assertThat(client.ask(command("verify")))
                    .isEqualTo(success("{\"status\":\"ok\",\"dump_count\":3,\"trees\":2,\"keys\":3}"));
        }
    }

    private List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.filter(file -> file.toString().endsWith(end)).toList();
        }
    }

    @Test
    void dumpOfATreeNamedLikeAPathStaysInTheDirectory() throws IOException {
        start(Durability.WRITE);
        try (Client client = new Client(server.port())) {
            assertThat(client.ask(increment("x/../../escaped", 1))).isEqualTo(success("1"));
            assertThat(client.ask(tree("dump", "x/../../escaped")))
                    .isEqualTo(success("\"Tree \\\"x/../../escaped\\\" saved\""));
        }
        assertThat(files(".tree")).hasSize(1);
        try (Stream<Path> outside = Files.list(temporary)) {
            assertThat(outside).containsExactly(directory());
        }
    }

    @Test
    void loadFromOutsideTheDirectoryIsRefused() throws IOException {
        start(Durability.WRITE);
        Files.write(temporary.resolve("1_outside.tree"), new byte[10]);
        try (Client client = new Client(server.port())) {
            for (String name :
                    List.of("../1_outside.tree", "../../../1_outside.tree", temporary + "/1_outside.tree", "links")) {
                assertThat(client.ask(tree("load", name)))
                        .isEqualTo(error("validation_error", "Invalid dump file name \"" + name + "\""));
            }
        }
    }

    @Test
    void counterAtItsMaximumIsRefusedAndUnchanged() throws IOException {
        start(Durability.WRITE);
        store.tree("a").increment(1, -1);
        try (Client client = new Client(server.port())) {
            assertThat(client.ask(increment("a", 1))).contains("validation_error", "18446744073709551615");
            assertThat(client.ask("{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":1}"))
                    .isEqualTo(success("18446744073709551615"));
        }
    }

    @Test
    void findOverAMillionKeysArrivesWhole() throws IOException {
        start(Durability.NONE);
        int keys = 1_000_000;
        Tree tree = store.tree("a");
        for (int key = 0; key < keys; key++) {
            tree.increment(key);
        }
        String day = Integer.toString(store.today());
        try (Client client = new Client(server.port())) {
            client.send(ranged("find", "a", "") + "\n" + command("ping") + "\n");
            InputStream in = client.input();
            assertThat(new String(in.readNBytes(success("").indexOf(",\"error_code\""))))
                    .endsWith("\"response\":");
            assertThat(in.read()).isEqualTo('{');
            boolean[] seen = new boolean[keys];
            for (int i = 0; i < keys; i++) {
                assertThat(in.read()).isEqualTo('"');
                int key = 0;
                for (int digit = in.read(); digit != '"'; digit = in.read()) {
                    key = key * 10 + digit - '0';
                }
                assertThat(seen[key]).isFalse();
                seen[key] = true;
                String bucket = new String(in.readNBytes(":{'20260501':1}".length()));
                if (!bucket.equals(":{\"" + day + "\":1}")) {
                    assertThat(bucket).as("key=%d", key).isEqualTo(":{\"" + day + "\":1}");
                }
                assertThat(in.read()).isEqualTo(i < keys - 1 ? ',' : '}');
            }
            assertThat(client.answer()).isEqualTo(",\"error_code\":null}");
            assertThat(client.answer()).isEqualTo(PONG);
        }
    }

    @Test
    void nobodyWaitsForAVerification() throws Exception {
        start(Durability.WRITE);
        Tree tree = store.tree("a");
        for (int key = 0; key < 100_000; key++) {
            tree.increment(key);
        }
        AtomicBoolean verified = new AtomicBoolean();
        try (Client verifying = new Client(server.port());
                Client client = new Client(server.port())) {
            Thread thread = new Thread(() -> {
                try {
                    assertThat(verifying.ask(command("verify"))).contains("\"status\":\"ok\"");
                    verified.set(true);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            int answered = 0;
            while (thread.isAlive()) {
                assertThat(client.ask(increment("b", answered))).isEqualTo(success("1"));
                answered++;
            }
            assertThat(verified).isTrue();
            assertThat(answered).as("answered while it ran").isGreaterThan(5);
        }
    }

    @Test
    void verifyProvesThatTheDiskEqualsMemoryWhileManyWrite() throws Exception {
        start(Durability.WRITE);
        int writers = 4;
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong written = new AtomicLong();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            Client client = new Client(server.port());
            Random random = new Random(i);
            threads.add(new Thread(() -> {
                try (client) {
                    while (!done.get()) {
                        StringBuilder requests = new StringBuilder();
                        for (int k = 0; k < 50; k++) {
                            requests.append(anyWrite(random)).append('\n');
                        }
                        client.send(requests.toString());
                        for (int k = 0; k < 50; k++) {
                            assertThat(client.answer()).contains("\"success\":true");
                            written.incrementAndGet();
                        }
                    }
                } catch (IOException | AssertionError e) {
                    failures.add(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        try (Client client = new Client(server.port())) {
            for (int i = 0; i < 20; i++) {
                long before = written.get();
                assertThat(client.ask(command("verify")))
                        .contains("\"status\":\"ok\"")
                        .doesNotContain("problems");
                while (written.get() == before && failures.isEmpty()) {
                    Thread.onSpinWait(); // so that every verification finds something new
                }
                if (i % 5 == 3) {
                    assertThat(client.ask(command("dump_all"))).isEqualTo(success("\"OK\""));
                }
            }
            damageASnapshot();
            assertThat(client.ask(command("verify"))).contains("\"status\":\"failed\"", "\"problems\":[", "_b.tree");
        } finally {
            done.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(written.get()).isGreaterThan(1000);
    }

    /** A write to one of a few keys of two trees; now and then one to many keys. */
    private static String anyWrite(Random random) {
        String tree = random.nextBoolean() ? "a" : "b";
        String key = ",\"key\":" + random.nextInt(20);
        return switch (random.nextInt(40)) {
            case 0 -> ranged("delete", tree, key);
            case 1 -> "{\"command\":\"reset\",\"tree_name\":\"" + tree + '"' + key + '}';
            case 2 -> tree("reset", tree);
            case 3, 4, 5 -> "{\"command\":\"decrement\",\"tree_name\":\"" + tree + '"' + key + '}';
            default -> increment(tree, random.nextInt(20));
        };
    }

    private void damageASnapshot() throws IOException {
        Path newest = files("_b.tree").stream().max(Comparator.naturalOrder()).orElseThrow();
        byte[] content = Files.readAllBytes(newest);
        content[content.length / 2] ^= 1;
        Files.write(newest, content);
    }

    @Test
    void verifyFindsADamagedLineOfTheLogWhileOthersAreWritten() throws IOException {
        start(Durability.WRITE);
        try (Client client = new Client(server.port())) {
            for (int key = 0; key < 10; key++) {
                client.ask(increment("a", key));
            }
            assertThat(client.ask(command("verify"))).contains("\"status\":\"ok\"");
            try (RandomAccessFile log =
                    new RandomAccessFile(directory().resolve("karma.wal").toFile(), "rw")) {
                byte[] start = new byte[500];
                log.readFully(start);
                int at = new String(start, StandardCharsets.ISO_8859_1).indexOf("\"count\":1") + 8;
                log.seek(at);
                log.write('2');
            }
            client.ask(increment("a", 11));
            assertThat(client.ask(command("verify"))).contains("\"status\":\"failed\"", "karma.wal", "line 1");
        }
    }

    @Test
    void writesOfManyConnectionsAreAllThereAfterReopening() throws Exception {
        start(Durability.FSYNC);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Client client = new Client(server.port());
            threads.add(new Thread(() -> {
                try (client) {
                    for (int batch = 0; batch < 20; batch++) {
                        StringBuilder requests = new StringBuilder();
                        for (int key = 0; key < 100; key++) {
                            requests.append(increment("a", key)).append('\n');
                        }
                        client.send(requests.toString());
                        for (int key = 0; key < 100; key++) {
                            assertThat(client.answer()).isEqualTo(success("1"));
                        }
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        stop();
        start(Durability.FSYNC);
        for (int key = 0; key < 100; key++) {
            assertThat(store.tree("a").sum(key)).isEqualTo(160);
        }
    }

    @Test
    void addressThatCannotBeListenedOnIsNamed() throws IOException {
        start(Durability.NONE);
        NetworkSettings taken = new NetworkSettings(
                "127.0.0.1",
                server.port(),
                true,
                4096,
                NetworkSettings.TIMEOUT_DEFAULT,
                NetworkSettings.TIMEOUT_DEFAULT,
                null,
                1);
        assertThatThrownBy(() -> KarmaServer.start(store, taken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + server.port());
    }
}
