package io.karmadb.server;

import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.karmadb.server.network.Client;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real jar: exit statuses, signals, and a system that is short of everything. */
@Timeout(180)
class ServerProcessIT {
    private static final String PING = "{\"command\":\"ping\"}";
    private static final String PONG = success("\"pong\"");
    private static final int PIPE_BYTES = 65_536;

    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("data");
    }

    private static String sum(String tree, long key) {
        return "{\"command\":\"sum\",\"tree_name\":\"" + tree + "\",\"key\":" + key + "}";
    }

    private List<String> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(end))
                    .toList();
        }
    }

    private void assertRestores(int expected) throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            assertThat(client.ask(sum("a", 1))).isEqualTo(success(Integer.toString(expected)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void signalSavesAndEndsWithStatusZero(String signal) throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory())) {
            try (Client client = karma.client()) {
                assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
                assertThat(karma.stop(signal)).isZero();
                assertThat(client.rest()).isEmpty();
            }
            assertThat(karma.output())
                    .contains("\"event\":\"server.stop\"", "\"event\":\"backup.dump\"")
                    .doesNotContain("server.unprotected");
            assertThat(karma.output().lines().filter(line -> !line.startsWith("{")))
                    .isEmpty();
        }
        assertThat(files("_a.tree")).hasSize(1);
        assertRestores(1);
    }

    @Test
    void usr1SavesAndGoesOn() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            client.ask(increment("a", 1));
            karma.signal("USR1");
            karma.awaitOutput("\"event\":\"backup.dump\"");
            assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
        }
        assertThat(files("_a.tree")).hasSize(1);
        assertRestores(2);
    }

    @Test
    void secondSignalCutsTheStopShort() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--wal-fsync=false", "--write-timeout=0")) {
            try (Client fill = karma.client();
                    Client slow = new Client(karma.port(), 4096)) {
                StringBuilder requests = new StringBuilder();
                int keys = 300_000;
                for (int key = 0; key < keys; key++) {
                    requests.append(increment("a", key)).append('\n');
                }
                Thread sender = new Thread(() -> {
                    try {
                        fill.send(requests.toString());
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                sender.start();
                for (int key = 0; key < keys; key++) {
                    assertThat(fill.answer()).isEqualTo(success("1"));
                }
                // Its answer is larger than what the system buffers, so the stop waits for a client that reads nothing.
                slow.send("{\"command\":\"find\",\"tree_name\":\"a\",\"time_from\":0,\"time_to\":99999999}\n");
                assertThat(slow.input().read()).isEqualTo('{');
                karma.signal("TERM");
                karma.awaitOutput("\"event\":\"server.stopping\"");
                assertThat(karma.stop("TERM")).isEqualTo(130);
            }
        }
        assertThat(files("_a.tree")).isEmpty();
        assertRestores(1);
    }

    @Tag("exhaustive")
    @Test
    void killedServerHasWhatItAcknowledgedAndNothingTwice() throws Exception {
        int connections = 8;
        int[] acknowledged = new int[connections];
        int[] sent = new int[connections];
        List<Thread> threads = new ArrayList<>();
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--wal-fsync=false")) {
            for (int i = 0; i < connections; i++) {
                int number = i;
                Client client = karma.client();
                threads.add(new Thread(() -> {
                    try (client) {
                        while (true) {
                            sent[number] += 100;
                            client.send((increment("a", number) + "\n").repeat(100));
                            for (int k = 0; k < 100; k++) {
                                assertThat(client.answer()).isEqualTo(success("1"));
                                acknowledged[number]++;
                                if (number == 0 && acknowledged[0] == 20_000) {
                                    karma.process().destroyForcibly();
                                }
                            }
                        }
                    } catch (IOException e) {
                        // The server has been killed, as is meant to be.
                        assertThat(karma.process().isAlive() && acknowledged[0] < 20_000)
                                .isFalse();
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            for (int i = 0; i < connections; i++) {
                String answer = client.ask(sum("a", i));
                int counted = Integer.parseInt(answer.replaceAll(".*\"response\":(\\d+),.*", "$1"));
                assertThat(counted).isBetween(acknowledged[i], sent[i]);
            }
        }
    }

    @Test
    void damagedDirectoryIsAnErrorThatNamesTheFile() throws IOException {
        Files.createDirectories(directory());
        Files.writeString(directory().resolve("1704067200_a.tree"), "no snapshot");
        try (KarmaProcess karma = KarmaProcess.start(List.of(), directory())) {
            assertThat(karma.awaitExit()).isEqualTo(1);
            assertThat(karma.output()).contains("\"level\":\"error\"", "1704067200_a.tree");
        }
        assertThat(directory().resolve("1704067200_a.tree")).hasContent("no snapshot");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--wal=yes", "--port=abc", "--max-request-bytes=-1", "stray", "--nope", "--wal"})
    void wrongOptionIsAMessageAndStatusTwoBeforeAnyFileIsTouched(String option) throws IOException {
        try (KarmaProcess karma = KarmaProcess.start(List.of(), directory(), option)) {
            assertThat(karma.awaitExit()).isEqualTo(2);
            assertThat(karma.output().lines())
                    .singleElement()
                    .asString()
                    .startsWith("karma: ")
                    .contains(option.split("=")[0]);
        }
        assertThat(directory()).doesNotExist();
    }

    @Test
    void fewFileDescriptorsDoNotEndTheServer() throws IOException {
        List<String> limited = List.of("sh", "-c", "ulimit -n 64; exec \"$@\"", "sh");
        try (KarmaProcess karma = KarmaProcess.start(limited, directory(), "--read-timeout=0")) {
            karma.awaitServing();
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                clients.add(new Client(karma.port()));
            }
            try (Client first = clients.get(0)) {
                assertThat(first.ask(increment("a", 1))).isEqualTo(success("1"));
                assertThat(first.ask("{\"command\":\"dump_all\"}")).isEqualTo(success("\"OK\""));
            }
            // Whoever could not be served at first is, as soon as others have left.
            for (Client client : clients.subList(1, clients.size())) {
                assertThat(client.ask(PING)).isEqualTo(PONG);
                client.close();
            }
            assertThat(karma.stop("TERM")).isZero();
        }
    }

    @Test
    void withoutEpollTheServerServesAndSaysWhatItLacks() throws IOException {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        List<String> without =
                List.of("sh", "-c", "java=$1; shift; exec \"$java\" -Dio.netty.transport.noNative=true \"$@\"", "sh");
        try (KarmaProcess karma = KarmaProcess.start(without, directory())) {
            karma.awaitServing();
            assertThat(karma.output()).contains("\"event\":\"server.transport\"", "noNative");
            try (Client client = karma.client()) {
                assertThat(client.ask(PING)).isEqualTo(PONG);
            }
            assertThat(karma.stop("TERM")).isZero();
        }
    }

    @Test
    void connectionsLeaveNoFileDescriptors() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory());
                Client client = karma.client()) {
            Path descriptors = Path.of("/proc", Long.toString(karma.process().pid()), "fd");
            assumeThat(descriptors).as("this system shows file descriptors").isDirectory();
            assertThat(client.ask(PING)).isEqualTo(PONG);
            long before = count(descriptors);
            for (int i = 0; i < 3000; i++) {
                try (Client other = karma.client()) {
                    other.send(i % 2 == 0 ? "{\"comm" : PING + "\n");
                }
            }
            while (count(descriptors) > before) {
                assertThat(client.ask(PING)).isEqualTo(PONG);
            }
        }
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    @Test
    void memoryIsBoundedHoweverLargeTheAnswersAndManyTheSlowReaders() throws Exception {
        int keys = 200_000;
        int readers = 100;
        List<String> words = KarmaProcess.command("-Xmx96m");
        words.addAll(List.of("--bind=127.0.0.1", "--port=0", "--directory=" + directory(), "--wal-fsync=false"));
        words.addAll(List.of("--read-timeout=0", "--write-timeout=0"));
        String findAll = "{\"command\":\"find\",\"tree_name\":\"a\",\"time_from\":0,\"time_to\":99999999}";
        try (KarmaProcess karma = KarmaProcess.run(new ProcessBuilder(words).redirectErrorStream(true))) {
            karma.awaitServing();
            try (Client client = karma.client()) {
                for (int key = 0; key < keys; key += 1000) {
                    StringBuilder requests = new StringBuilder();
                    for (int i = 0; i < 1000; i++) {
                        requests.append(increment("a", key + i)).append('\n');
                    }
                    client.send(requests.toString());
                    for (int i = 0; i < 1000; i++) {
                        assertThat(client.answer()).isEqualTo(success("1"));
                    }
                }
                List<Client> slow = new ArrayList<>();
                for (int i = 0; i < readers; i++) {
                    slow.add(new Client(karma.port(), 4096).send(findAll + "\n"));
                }
                for (Client reader : slow) {
                    assertThat(reader.input().read()).isEqualTo('{');
                }
                // 100 answers of 5 MB each are under way, in a process with a fifth of that as heap.
                String whole = client.ask(findAll);
                assertThat(whole.length()).isGreaterThan(keys * 23);
                assertThat(whole.endsWith("}},\"error_code\":null}")).isTrue();
                assertThat(('{' + slow.get(50).answer()).equals(whole)).isTrue();
                for (Client reader : slow) {
                    reader.close();
                }
                assertThat(client.ask(PING)).isEqualTo(PONG);
            }
            assertThat(karma.stop("TERM")).isZero();
            assertThat(karma.output()).doesNotContain("\"level\":\"error\"");
        }
    }

    @Test
    void fullPipeAsStandardOutputHoldsNothingUp() throws Exception {
        Path pipe = temporary.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        try (RandomAccessFile full = new RandomAccessFile(pipe.toFile(), "rw")) {
            full.write(new byte[PIPE_BYTES]);
            List<String> words = KarmaProcess.command();
            int port = freePort();
            words.addAll(List.of("--bind=127.0.0.1", "--port=" + port, "--directory=" + directory()));
            try (KarmaProcess karma = KarmaProcess.run(new ProcessBuilder(words).redirectOutput(pipe.toFile()))) {
                try (Client client = connect(karma, port)) {
                    assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
                }
                assertThat(karma.stop("INT")).isZero();
            }
        }
        assertRestores(1);
    }

    @Test
    void closedStandardOutputHoldsNothingUp() throws IOException {
        int port = freePort();
        List<String> words = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >&- 2>&-", "sh"));
        words.addAll(KarmaProcess.command());
        words.addAll(List.of("--bind=127.0.0.1", "--port=" + port, "--directory=" + directory()));
        try (KarmaProcess karma = KarmaProcess.run(new ProcessBuilder(words))) {
            try (Client client = connect(karma, port)) {
                assertThat(client.ask(increment("a", 1))).isEqualTo(success("1"));
            }
            assertThat(karma.stop("TERM")).isZero();
        }
        assertRestores(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Client connect(KarmaProcess karma, int port) {
        while (true) {
            try {
                return new Client(port);
            } catch (IOException e) {
                assertThat(karma.process().isAlive()).isTrue();
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @Test
    void firstProcessOfAContainerHandlesSigterm() throws Exception {
        List<String> container = List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc");
        List<String> trial = new ArrayList<>(container);
        trial.add("true");
        assumeThat(new ProcessBuilder(trial).start().waitFor())
                .as("this system lets us make a process namespace")
                .isZero();
        try (KarmaProcess karma = KarmaProcess.start(container, directory())) {
            karma.awaitServing();
            try (Client client = karma.client()) {
                client.ask(increment("a", 1));
            }
            assertThat(karma.output()).contains("\"pid\":1}");
            karma.process().children().forEach(ProcessHandle::destroy);
            assertThat(karma.awaitExit()).isZero();
        }
        assertThat(files("_a.tree")).hasSize(1);
    }

    @Test
    void warnsOfAnAddressThatAnyoneReachesWithoutToken() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--bind=0.0.0.0")) {
            karma.awaitOutput(
                    "\"level\":\"warn\",\"event\":\"server.unprotected\""); // stderr, whose order to stdout is open
        }
        try (KarmaProcess karma = KarmaProcess.serve(directory(), "--bind=0.0.0.0", "--auth-token=topsecret")) {
            try (Client client = karma.client()) {
                assertThat(client.ask("{\"command\":\"create\",\"tree_name\":\"a\",\"token\":\"topsecret\"}"))
                        .isEqualTo(success("\"OK\""));
                assertThat(client.ask(PING)).contains("unauthorized");
            }
            assertThat(karma.stop("TERM")).isZero();
            assertThat(karma.output()).doesNotContain("server.unprotected", "topsecret");
        }
    }

    @Test
    void withoutLogOnlyErrorsAreTold() throws IOException {
        int port = freePort();
        try (KarmaProcess karma = KarmaProcess.start(List.of(), directory(), "--port=" + port, "--log=false")) {
            try (Client client = connect(karma, port)) {
                client.ask(increment("a", 1));
            }
            assertThat(karma.stop("TERM")).isZero();
            assertThat(karma.output()).isEmpty();
        }
    }

    @Test
    void scriptRunsTheJarFromAnyDirectoryAndThroughALink() throws IOException {
        Path script = Path.of("..", "bin", "karma").toRealPath();
        Path link = Files.createDirectories(temporary.resolve("a b")).resolve("link");
        Files.createSymbolicLink(link, script);
        ProcessBuilder builder = new ProcessBuilder(link.toString(), "--bind=127.0.0.1", "--port=0", "-d", "dätä");
        builder.directory(new File(temporary.toString()));
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("KARMA_JAVA_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1");
        builder.redirectErrorStream(true);
        try (KarmaProcess karma = KarmaProcess.runScript(builder)) {
            karma.awaitServing();
            assertThat(karma.stop("TERM")).isZero();
        }
        assertThat(temporary.resolve("dätä").resolve("karma.manifest")).exists();
    }
}
