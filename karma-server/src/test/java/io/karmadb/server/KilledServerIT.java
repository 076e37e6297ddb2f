package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the real server in the middle of the work of eight connections, starts it again on the same directory, and
 * compares every counter: each connection has keys of its own, whose commands take effect in the order in which they were
 * sent, so a counter must be what some number of its commands give, at least those acknowledged, at most those sent.
 *
 * <p>{@code -Dkarma.kill.commands=1000000} sets about how many commands are acknowledged in all before the last kill,
 * {@code -Dkarma.kill.rounds=100} how many kills there are, {@code -Dkarma.kill.seed=...} repeats a run as far as its
 * timing allows.
 */
class KilledServerIT {
    private static final int CONNECTIONS = 8;
    private static final int KEYS_PER_CONNECTION = 20;
    private static final int IN_FLIGHT = 16;
    private static final Pattern PORT = Pattern.compile("\"port\":(\\d+)");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyAcknowledgedCommandIsThereOnce(boolean fsync) throws Exception {
        long seed = Long.getLong("karma.kill.seed", System.nanoTime());
        int rounds = Integer.getInteger("karma.kill.rounds", 3);
        int commands = Integer.getInteger("karma.kill.commands", 150_000) / rounds;
        System.out.println("karma.kill.seed=" + seed + ", fsync=" + fsync);
        Random random = new Random(seed);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            workers.add(new Worker(i, random.nextLong()));
        }
        for (int round = 0; round < rounds; round++) {
            AtomicLong leftToAcknowledge = new AtomicLong((long) (commands * (0.5 + random.nextDouble())));
            CountDownLatch killNow = new CountDownLatch(1);
            Server server = new Server(fsync);
            List<Thread> threads = new ArrayList<>();
            for (Worker worker : workers) {
                worker.begin(server.port, leftToAcknowledge, killNow);
                Thread thread = new Thread(worker);
                thread.start();
                threads.add(thread);
            }
            assertThat(killNow.await(10, TimeUnit.MINUTES)).isTrue();
            if (round % 3 == 1) {
                server.signal("USR1"); // a checkpoint is then under way, or just done
            }
            server.kill();
            for (Thread thread : threads) {
                thread.join();
            }
            Server restarted = new Server(fsync);
            try {
                for (Worker worker : workers) {
                    worker.compare(restarted.port);
                }
                try (Connection connection = new Connection(restarted.port)) {
                    assertThat(connection.ask("{\"command\":\"verify\"}")).contains("\"status\":\"ok\"");
                }
            } finally {
                restarted.kill();
            }
        }
    }

    private final class Server {
        private final Process process;
        private final int port;

        Server(boolean fsync) throws IOException {
            int hour = Instant.now().atOffset(ZoneOffset.UTC).getHour();
            ProcessBuilder command = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-jar",
                    System.getProperty("karma.server.jar"),
                    "--bind=127.0.0.1",
                    "--port=0",
                    "--directory=" + directory,
                    "--zone=" + ZoneOffset.ofHours(12 - hour), // a decrement looks at today alone: no midnight here
                    "--wal-fsync=" + fsync);
            process = command.redirectErrorStream(true).start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder seen = new StringBuilder();
            String line = output.readLine();
            while (line != null && !line.contains("\"server.start\"")) {
                seen.append(line).append('\n');
                line = output.readLine();
            }
            assertThat(line).as("the server starts; it printed:\n%s", seen).isNotNull();
            Matcher matcher = PORT.matcher(line);
            assertThat(matcher.find()).isTrue();
            port = Integer.parseInt(matcher.group(1));
            Thread reader = new Thread(() -> output.lines().forEach(ignored -> {}));
            reader.setDaemon(true);
            reader.start();
        }

        void signal(String name) throws IOException, InterruptedException {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }

    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final OutputStream out;
        private final InputStream in;
        private final byte[] received = new byte[64 * 1024];
        private int start;
        private int end;

        Connection(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = socket.getInputStream();
        }

        void send(String requests) throws IOException {
            out.write(requests.getBytes(StandardCharsets.UTF_8));
        }

        /** Returns the next answer, null at the end of the connection. */
        String receive() throws IOException {
            while (true) {
                for (int i = start; i < end; i++) {
                    if (received[i] == '\n') {
                        String line = new String(received, start, i + 1 - start, StandardCharsets.UTF_8);
                        start = i + 1;
                        return line;
                    }
                }
                System.arraycopy(received, start, received, 0, end - start);
                end -= start;
                start = 0;
                int count = in.read(received, end, received.length - end);
                if (count < 0) {
                    return null;
                }
                end += count;
            }
        }

        String ask(String request) throws IOException {
            send(request + "\n");
            return receive();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** One connection's work: what it sent on each of its keys, and how much of that was acknowledged. */
    private static final class Worker implements Runnable {
        private final int number;
        private final Random random;
        private final String tree;
        private final long[] base = new long[KEYS_PER_CONNECTION];
        private final List<List<Boolean>> sent = new ArrayList<>();
        private final int[] acknowledged = new int[KEYS_PER_CONNECTION];

        private int port;
        private AtomicLong leftToAcknowledge;
        private CountDownLatch killNow;
        private volatile Throwable failure;

        Worker(int number, long seed) {
            this.number = number;
            this.random = new Random(seed);
            this.tree = "tree-" + number % 3;
            for (int i = 0; i < KEYS_PER_CONNECTION; i++) {
                sent.add(new ArrayList<>());
            }
        }

        void begin(int serverPort, AtomicLong left, CountDownLatch none) {
            port = serverPort;
            leftToAcknowledge = left;
            killNow = none;
        }

        @Override
        public void run() {
            int[] keysInFlight = new int[IN_FLIGHT];
            try (Connection connection = new Connection(port)) {
                while (true) {
                    StringBuilder requests = new StringBuilder();
                    for (int i = 0; i < IN_FLIGHT; i++) {
                        int key = random.nextInt(KEYS_PER_CONNECTION);
                        int choice = random.nextInt(10);
                        keysInFlight[i] = choice == 9 ? -1 : key;
                        requests.append(request(choice == 9 ? "sum" : choice < 6 ? "increment" : "decrement", key));
                        if (choice != 9) {
                            sent.get(key).add(choice < 6);
                        }
                    }
                    connection.send(requests.toString());
                    for (int key : keysInFlight) {
                        String answer = connection.receive();
                        if (answer == null) {
                            return;
                        }
                        if (key >= 0) { // a sum may come before the tree
                            assertThat(answer).startsWith("{\"protocol_version\":1,\"success\":true,");
                            acknowledged[key]++;
                        }
                        if (leftToAcknowledge.decrementAndGet() == 0) {
                            killNow.countDown();
                        }
                    }
                }
            } catch (IOException killed) {
                return; // the server is gone, which is what this is about
            } catch (RuntimeException | Error e) {
                failure = e;
                killNow.countDown();
            }
        }

        private String request(String command, int key) {
            return "{\"command\":\"" + command + "\",\"tree_name\":\"" + tree + "\",\"key\":" + key(key) + "}\n";
        }

        private long key(int index) {
            return number * 1_000_003L + index;
        }

        /** Checks every counter, and takes it for what later rounds start from. */
        void compare(int serverPort) {
            assertThat(failure).isNull();
            try (Connection connection = new Connection(serverPort)) {
                for (int key = 0; key < KEYS_PER_CONNECTION; key++) {
                    String answer = connection.ask(request("sum", key).trim());
                    List<Long> possible = possible(key);
                    long value = answer.contains("not_found")
                            ? 0
                            : Long.parseLong(answer.replaceAll(".*\"response\":(\\d+),.*\\s*", "$1"));
                    assertThat(value)
                            .as(
                                    "tree=%s, key=%d, acknowledged=%d, sent=%d",
                                    tree,
                                    key(key),
                                    acknowledged[key],
                                    sent.get(key).size())
                            .isIn(possible);
                    base[key] = value;
                    sent.get(key).clear();
                    acknowledged[key] = 0;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private List<Long> possible(int key) {
            List<Long> possible = new ArrayList<>();
            long value = base[key];
            List<Boolean> increments = sent.get(key);
            for (int i = 0; i <= increments.size(); i++) {
                if (i >= acknowledged[key]) {
                    possible.add(value);
                }
                if (i < increments.size()) {
                    value = increments.get(i) ? value + 1 : Math.max(0, value - 1);
                }
            }
            return possible;
        }
    }
}
