package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.server.network.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the real server in the middle of the work of several connections, again and again on one directory; some kills
 * hit the restore after the one before. Each start is compared with what was acknowledged, see {@link KillConnection}.
 * With and without fsync in turn; from run to run the time zone changes, and with it the day, forth and back.
 *
 * <p>{@code -Dkarma.kill.rounds=100} sets how many rounds there are, {@code -Dkarma.kill.minutes=60} how long they go on
 * instead; {@code -Dkarma.kill.commands=60000} how many commands are acknowledged at most in one;
 * {@code -Dkarma.kill.java=...} which Java runs the server; {@code -Dkarma.kill.seed=...} makes the choices of an earlier
 * run once more, as far as the timing allows. If it fails, the directory is left for a look.
 */
class KilledServerIT {
    private static final int WORKERS = 6;
    private static final int ROUNDS = 6;
    private static final int COMMANDS_MAX = 40_000;
    private static final int RESTORE_NANOS_MAX = 600_000_000;
    private static final Pattern LINES = Pattern.compile("\"event\":\"wal.replay\".*\"lines\":(\\d+)");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory;

    private final long seed = Long.getLong("karma.kill.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<KillConnection> connections = new ArrayList<>();
    private final KillOperator operator = new KillOperator(0, random.nextLong());
    private int day;

    private int rounds;
    private long acknowledged;
    private long kills;
    private long killsDuringRestore;
    private long lines;
    private long torn;

    @Test
    void everyAcknowledgedCommandIsThereOnceHoweverOftenTheServerIsKilled() throws Exception {
        System.out.println("karma.kill.seed=" + seed + ", directory=" + directory);
        connections.add(operator);
        for (int number = 1; number <= WORKERS; number++) {
            connections.add(new KillConnection(number, random.nextLong()));
        }
        boolean done = false;
        try {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.getLong("karma.kill.minutes", 0));
            int atLeast = Integer.getInteger("karma.kill.rounds", end - System.nanoTime() > 0 ? 1 : ROUNDS);
            while (rounds < atLeast || end - System.nanoTime() > 0) {
                killRestores();
                round(rounds % 2 == 0);
                rounds++;
            }
            try (KarmaProcess karma = serve(true)) {
                compare(karma);
                assertThat(karma.stop("TERM")).isZero();
            }
            try (KarmaProcess karma = serve(true)) { // what a stop has saved is the same
                compare(karma);
            }
            done = true;
        } finally {
            System.out.println("karma.kill " + (done ? "passed" : "FAILED") + ": rounds=" + rounds
                    + ", acknowledged=" + acknowledged + ", kills=" + kills + ", killsDuringRestore="
                    + killsDuringRestore + ", linesReplayed=" + lines + ", tornTails=" + torn + ", checkpoints="
                    + operator.checkpoints() + ", loads=" + operator.loads() + ", seed=" + seed);
        }
    }

    private KarmaProcess start(boolean fsync) throws IOException {
        String other = System.getProperty("karma.kill.java");
        ZoneOffset zone = zone();
        List<String> words = other == null ? SharedClasses.java() : new ArrayList<>(List.of(other));
        words.addAll(List.of(
                "-Xmx512m",
                "-jar",
                SharedClasses.jar().toString(),
                "--bind=127.0.0.1",
                "--port=0",
                "--directory=" + directory,
                "--read-timeout=0",
                "--write-timeout=0",
                "--zone=" + zone,
                "--wal-fsync=" + fsync));
        return KarmaProcess.run(new ProcessBuilder(words).redirectErrorStream(true));
    }

    /** Chooses a zone in which the day is not about to turn, since a decrement looks at today alone. */
    private ZoneOffset zone() {
        while (true) {
            ZoneOffset zone = ZoneOffset.ofHours(random.nextInt(37) - 18);
            LocalDateTime now = LocalDateTime.ofInstant(Instant.now(), zone);
            if (now.getHour() < 22) {
                day = now.getYear() * 10_000 + now.getMonthValue() * 100 + now.getDayOfMonth();
                return zone;
            }
        }
    }

    private KarmaProcess serve(boolean fsync) throws IOException {
        KarmaProcess karma = start(fsync);
        karma.awaitServing();
        note(karma);
        return karma;
    }

    private void note(KarmaProcess karma) {
        Matcher matcher = LINES.matcher(karma.output());
        while (matcher.find()) {
            lines += Long.parseLong(matcher.group(1));
        }
        torn += karma.output().contains("\"event\":\"wal.torn\"") ? 1 : 0;
    }

    private void killRestores() throws IOException {
        for (int times = rounds == 0 ? 0 : Math.max(0, random.nextInt(4) - 1); times > 0; times--) {
            boolean fsync = random.nextBoolean();
            long nanos = random.nextInt(RESTORE_NANOS_MAX);
            try (KarmaProcess karma = start(fsync)) {
                karma.awaitOutput("\"event\":\"restore.start\"");
                LockSupport.parkNanos(nanos);
                karma.process().destroyForcibly();
                karma.awaitExit();
                kills++;
                if (!karma.output().contains("\"event\":\"server.start\"")) {
                    killsDuringRestore++;
                }
                note(karma);
            }
        }
    }

    private void round(boolean fsync) throws Exception {
        long commands =
                1 + (long) (Integer.getInteger("karma.kill.commands", COMMANDS_MAX) * Math.pow(random.nextDouble(), 2));
        try (KarmaProcess karma = serve(fsync)) {
            if (rounds == 0) {
                for (int i = 0; i < KillConnection.SHARED_TREES; i++) {
                    try (Client client = karma.client()) {
                        assertThat(client.ask(KillModel.create(KillConnection.sharedTree(i))
                                        .request()))
                                .isEqualTo(KillModel.OK);
                    }
                }
            }
            compare(karma);
            KillRound round = new KillRound(karma, day, commands);
            List<Thread> threads = new ArrayList<>();
            for (KillConnection connection : connections) {
                connection.begin(round);
                Thread thread = new Thread(connection, "kill-" + threads.size());
                thread.start();
                threads.add(thread);
            }
            round.awaitEndAndKill();
            for (Thread thread : threads) {
                thread.join();
            }
            acknowledged += round.acknowledgedCommands();
            kills++;
        }
    }

    private void compare(KarmaProcess karma) throws IOException {
        try (Client client = karma.client()) {
            for (KillConnection connection : connections) {
                connection.compare(client);
            }
            assertThat(client.ask("{\"command\":\"verify\"}")).contains("\"status\":\"ok\"");
        }
    }
}
