package io.karmadb.server;

import static io.karmadb.server.KilledServer.incrementTimes;
import static io.karmadb.server.Requests.PING;
import static io.karmadb.server.Requests.STATS;
import static io.karmadb.server.Requests.VERIFY;
import static io.karmadb.server.Requests.find;
import static io.karmadb.server.Requests.sum;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.network.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What kept clients of an older server waiting, done again to the real jar. Most tests share one server with 300,000 keys,
 * started on a log of 500,000 lines; each writes to a tree of its own.
 */
@Timeout(180)
@Tag("exhaustive")
class KnownFaultsLoadIT {
    private static final int KEYS = 300_000;
    private static final int LINES = 500_000;
    private static final String PONG = success("\"pong\"");
    private static final Pattern KEY = Pattern.compile("\"(\\d+)\":\\{\"\\d{8}\":(\\d)\\}");

    @TempDir
    private static Path shared;

    private static KarmaProcess full;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    private Path temporary;

    @BeforeAll
    static void startOnALongLog() throws Exception {
        new KilledServer(shared).untilKilled(KnownFaultsLoadIT::fill, "--wal-fsync=false");
        full = KarmaProcess.serve(shared, "--wal-fsync=false");
    }

    /** Writes every key once, and the first of them once more, until there are so many lines. */
    private static void fill(Client client) throws IOException {
        int batch = 2000;
        for (int line = 0; line < LINES; line += batch) {
            StringBuilder requests = new StringBuilder();
            for (int i = line; i < line + batch; i++) {
                requests.append(increment("a", i % KEYS)).append('\n');
            }
            client.send(requests.toString());
            for (int i = 0; i < batch; i++) {
                assertThat(client.answer().equals(success("1"))).isTrue();
            }
        }
    }

    @AfterAll
    static void kill() throws IOException {
        full.close();
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    /** Restart with 500,000 lines in the log. */
    @Test
    void longRestartSaysWhatItDoes() throws IOException {
        String output = full.output();
        assertThat(output.lines().filter(line -> line.contains("\"event\":\"restore.start\"")))
                .singleElement()
                .asString()
                .contains("\"wal_bytes\":")
                .doesNotContain("\"wal_bytes\":0");
        assertThat(output)
                .containsSubsequence("restore.start", "\"event\":\"wal.replay\"", "\"lines\":500000,", "server.start");
        try (Client client = full.client()) {
            assertThat(client.ask(sum("a", 7))).isEqualTo(success("2"));
            assertThat(client.ask(sum("a", KEYS - 1))).isEqualTo(success("1"));
        }
    }

    /** {@code find} over 300,000 keys. */
    @Test
    void largeAnswerArrivesWholeAndTheNextOneAfterIt() throws IOException {
        try (Client client = full.client()) {
            String answer = client.send(find("a") + "\n" + PING + "\n").answer();
            assertThat(client.answer()).isEqualTo(PONG);
            String start = success("{").substring(0, success("{").indexOf(",\"error_code\""));
            assertThat(answer.startsWith(start)).isTrue();
            assertThat(answer.endsWith("}},\"error_code\":null}")).isTrue();
            BitSet seen = new BitSet(KEYS);
            Matcher matcher = KEY.matcher(answer);
            int end = start.length();
            while (matcher.find(end) && matcher.start() <= end + 1) {
                int key = Integer.parseInt(matcher.group(1));
                assertThat(seen.get(key)).isFalse();
                seen.set(key);
                assertThat(matcher.group(2).equals(key < LINES - KEYS ? "2" : "1"))
                        .isTrue();
                end = matcher.end();
            }
            assertThat(seen.cardinality()).isEqualTo(KEYS);
            assertThat(answer.substring(end)).isEqualTo("},\"error_code\":null}");
        }
    }

    /** {@code verify} on 300,000 keys while others write. */
    @Test
    void nobodyWaitsForAVerification() throws IOException {
        try (Client verifying = full.client();
                Client client = full.client()) {
            assertThat(client.ask(increment("meanwhile", 0))).isEqualTo(success("1"));
            verifying.send(VERIFY + "\n");
            int answered = 0;
            while (verifying.input().available() == 0) {
                assertThat(client.ask(increment("meanwhile", answered))).isEqualTo(success("1"));
                answered++;
            }
            assertThat(verifying.answer()).contains("\"status\":\"ok\"");
            // More than a few can be on their way before it begins and after it has ended.
            assertThat(answered).as("answered while it ran").isGreaterThan(10);
        }
    }

    /** One connection pipelines without pause; pings of another one. */
    @Test
    void connectionThatPipelinesWithoutPauseDoesNotHoldUpTheOthers() throws Exception {
        int requests = 400_000;
        AtomicInteger answered = new AtomicInteger();
        try (Client greedy = full.client();
                Client modest = full.client()) {
            Future<?> sending = inThread(() -> greedy.send((increment("flood", 1) + "\n").repeat(requests)));
            Future<?> reading = inThread(() -> {
                byte[] piece = new byte[1 << 16];
                while (answered.get() < requests) {
                    int count = greedy.input().read(piece);
                    assertThat(count).isPositive();
                    for (int i = 0; i < count; i++) {
                        if (piece[i] == '\n') {
                            answered.incrementAndGet();
                        }
                    }
                }
                return null;
            });
            while (answered.get() == 0) {
                assertThat(modest.ask(PING)).isEqualTo(PONG);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(modest.ask(PING)).isEqualTo(PONG);
            }
            // Far more are left than what may have been answered and not been read yet.
            assertThat(answered.get()).as("of the others' requests").isLessThan(requests - 150_000);
            sending.get();
            reading.get();
            assertThat(modest.ask(sum("flood", 1))).isEqualTo(success(Integer.toString(requests)));
        }
    }

    private <T> Future<T> inThread(Callable<T> task) {
        return threads.submit(task);
    }

    /** A connection idle longer than the read timeout. */
    @Test
    void idleConnectionIsClosed() throws IOException {
        try (KarmaProcess karma = KarmaProcess.serve(temporary.resolve("data"), "--read-timeout=0.3");
                Client idle = karma.client()) {
            assertThat(idle.ask(PING)).isEqualTo(PONG);
            assertThat(idle.rest()).isEmpty();
        }
    }

    /** A connection that sends a byte now and then, each within the read timeout, for ever. */
    @Test
    void connectionThatSendsByteByByteIsClosed() throws Exception {
        try (KarmaProcess karma = KarmaProcess.serve(temporary.resolve("data"), "--read-timeout=0.5");
                Client slow = karma.client()) {
            Future<String> rest = inThread(slow::rest);
            for (int sent = 0; !endsWithin100Millis(rest); sent++) {
                try {
                    slow.send(sent == 0 ? "{" : " ");
                } catch (IOException closedByTheServer) {
                    assertThat(sent).isPositive();
                }
            }
            assertThat(rest.get()).isIn("", "<reset>");
        }
    }

    private static boolean endsWithin100Millis(Future<?> future) throws Exception {
        try {
            future.get(100, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    /** 50 inc; kill; restart replays 50 lines; {@code stats}. */
    @Test
    void replayedLinesAreNoCommandsOfClients() throws IOException {
        KilledServer server = new KilledServer(temporary.resolve("data"));
        server.untilKilled(client -> incrementTimes(client, "a", 50));
        server.untilKilled((karma, client) -> {
            assertThat(karma.output()).contains("\"lines\":50,");
            assertThat(client.ask(STATS)).contains("\"command_count\":0,\"error_count\":0");
        });
    }
}
