package io.karmadb.server;

import static io.karmadb.server.KilledServer.incrementTimes;
import static io.karmadb.server.Requests.DUMP_ALL;
import static io.karmadb.server.Requests.PING;
import static io.karmadb.server.Requests.STATS;
import static io.karmadb.server.Requests.TREES;
import static io.karmadb.server.Requests.VERIFY;
import static io.karmadb.server.Requests.decrement;
import static io.karmadb.server.Requests.find;
import static io.karmadb.server.Requests.sum;
import static io.karmadb.server.Requests.tree;
import static io.karmadb.server.network.Client.error;
import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users of an older server lost, done again to the real jar over the wire: each test does what they did, kills the
 * server with SIGKILL, starts it again, and finds what must be there. What a client or a kill cannot bring about, such as
 * a power failure or a failing fsync, is in {@code KnownFaultsPowerLossTest} and {@code FailingDiskTest} of the core, a
 * full disk in {@link FullDiskIT}.
 */
@Timeout(180)
@Tag("exhaustive")
class KnownFaultsDurabilityIT {
    /** Two zones between which it is always a day later, and in neither of which midnight is near. */
    private static final ZoneOffset TODAY =
            ZoneOffset.ofHours(Math.abs(Instant.now().atOffset(ZoneOffset.UTC).getHour() - 11.5) < 1 ? -9 : -12);

    private static final ZoneOffset TOMORROW = ZoneOffset.ofTotalSeconds(TODAY.getTotalSeconds() + 24 * 60 * 60);

    @TempDir
    private Path temporary;

    private KilledServer server;

    @BeforeEach
    void prepare() {
        server = new KilledServer(temporary.resolve("data"));
    }

    /** Returns a file's text, without the zeros that the log may end in. */
    private static String textOf(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).replaceFirst("\\x00+\\z", "");
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    }

    private static String dayOf(String findAnswer) {
        return findAnswer.replaceAll(".*\\{\"(\\d{8})\":.*", "$1");
    }

    /** inc a; drop of a missing tree; kill; restart. */
    @Test
    void commandThatFailsIsNotLogged() throws IOException {
        server.untilKilled(client -> {
            incrementTimes(client, "a", 1);
            assertThat(client.ask(tree("drop", "nope"))).isEqualTo(error("not_found", "Tree \"nope\" not found"));
        });
        assertThat(textOf(server.file("karma.wal"))).contains("increment").doesNotContain("drop", "nope");
        server.untilKilled(client -> {
            assertThat(client.ask(sum("a", 1))).isEqualTo(success("1"));
            assertThat(client.ask(VERIFY)).contains("\"status\":\"ok\"");
        });
    }

    /** The last line of the log cut in the middle; restart. */
    @Test
    void lineCutInTheMiddleIsKeptAsideReportedAndGone() throws IOException {
        server.untilKilled(client -> incrementTimes(client, "a", 3));
        Path log = server.file("karma.wal");
        String whole = textOf(log);
        KilledServer.cut(log, 20);
        String half = whole.substring(whole.lastIndexOf('\n', whole.length() - 2) + 1, whole.length() - 20);
        server.untilKilled((karma, client) -> {
            karma.awaitOutput("\"event\":\"wal.torn\"");
            karma.awaitOutput("karma.wal.3.torn");
            assertThat(textOf(server.file("karma.wal.3.torn"))).isEqualTo(half);
            assertThat(client.ask(sum("a", 1))).isEqualTo(success("2"));
            incrementTimes(client, "a", 1);
        });
        server.untilKilled((karma, client) -> {
            assertThat(client.ask(sum("a", 1))).isEqualTo(success("3"));
            assertThat(karma.output()).doesNotContain("wal.torn");
        });
    }

    /** The last line of the log whole but without its newline; restart, inc, restart. */
    @Test
    void nothingIsGluedToALineWithoutNewline() throws IOException {
        server.untilKilled(client -> incrementTimes(client, "a", 3));
        KilledServer.cut(server.file("karma.wal"), 1);
        server.untilKilled(client -> {
            assertThat(client.ask(sum("a", 1))).isEqualTo(success("3"));
            incrementTimes(client, "a", 1);
        });
        assertThat(textOf(server.file("karma.wal")).lines())
                .hasSize(4)
                .allMatch(line -> line.startsWith("{\"lsn\":") && line.indexOf("\"lsn\":", 2) < 0);
        server.untilKilled(client -> assertThat(client.ask(sum("a", 1))).isEqualTo(success("4")));
    }

    /** 3 inc; kill; restart a day later, by a change of time zone. */
    @Test
    void incrementCountsForTheDayOfTheWrite() throws IOException {
        String[] written = new String[1];
        server.untilKilled(
                client -> {
                    incrementTimes(client, "a", 3);
                    written[0] = client.ask(find("a", 1));
                },
                "--zone=" + TODAY);
        String day = dayOf(written[0]);
        assertThat(written[0]).isEqualTo(success("{\"" + day + "\":3}"));
        server.untilKilled(
                client -> {
                    assertThat(client.ask(find("a", 1))).isEqualTo(written[0]);
                    incrementTimes(client, "b", 1);
                    assertThat(Integer.parseInt(dayOf(client.ask(find("b", 1)))))
                            .as("the day has turned")
                            .isGreaterThan(Integer.parseInt(day));
                },
                "--zone=" + TOMORROW);
    }

    /** 3 inc, dump_all, 2 dec; kill; restart a day later. */
    @Test
    void decrementCountsForTheDayOfTheWrite() throws IOException {
        String[] written = new String[1];
        server.untilKilled(
                client -> {
                    incrementTimes(client, "a", 3);
                    assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
                    assertThat(client.ask(decrement("a", 1))).isEqualTo(success("1"));
                    assertThat(client.ask(decrement("a", 1))).isEqualTo(success("1"));
                    written[0] = client.ask(find("a", 1));
                },
                "--zone=" + TODAY);
        assertThat(written[0]).isEqualTo(success("{\"" + dayOf(written[0]) + "\":1}"));
        server.untilKilled(
                client -> {
                    assertThat(client.ask(sum("a", 1))).isEqualTo(success("1"));
                    assertThat(client.ask(find("a", 1))).isEqualTo(written[0]);
                },
                "--zone=" + TOMORROW);
    }

    /** 3 inc, dump of the tree; kill; restart. */
    @Test
    void lineThatASnapshotAlreadyHasDoesNotCountTwice() throws IOException {
        server.untilKilled(client -> {
            incrementTimes(client, "a", 3);
            assertThat(client.ask(tree("dump", "a"))).isEqualTo(success("\"Tree \\\"a\\\" saved\""));
        });
        server.untilKilled(client -> assertThat(client.ask(sum("a", 1))).isEqualTo(success("3")));
    }

    /** A tree with a slash in its name, 5 inc, dump_all, restart. */
    @Test
    void treeWithASlashInItsNameSurvives() throws IOException {
        server.untilKilled(client -> {
            incrementTimes(client, "shop/clicks", 5);
            assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
        });
        assertThat(server.file("karma.wal")).as("only the snapshot has them").isEmptyFile();
        server.untilKilled(client -> {
            assertThat(client.ask(TREES)).isEqualTo(success("[\"shop/clicks\"]"));
            assertThat(client.ask(sum("shop/clicks", 1))).isEqualTo(success("5"));
        });
    }

    /** inc, dump_all, drop, dump_all, restart. */
    @Test
    void droppedTreeStaysGoneAndItsSnapshotCanBeLoaded() throws IOException {
        server.untilKilled(client -> {
            incrementTimes(client, "a", 1);
            assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
            assertThat(client.ask(tree("drop", "a"))).isEqualTo(success("\"OK\""));
            assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
        });
        List<Path> snapshots = server.files("_a.tree");
        assertThat(snapshots).hasSize(1);
        server.untilKilled(client -> {
            assertThat(client.ask(TREES)).isEqualTo(success("[]"));
            String name = snapshots.get(0).getFileName().toString();
            assertThat(client.ask(tree("load", name))).isEqualTo(success("\"Tree \\\"a\\\" loaded\""));
            assertThat(client.ask(sum("a", 1))).isEqualTo(success("1"));
        });
    }

    /** Snapshot at 5; 5 more; load it; kill; restart. */
    @Test
    void loadedSnapshotStaysLoaded() throws IOException {
        server.untilKilled(client -> {
            incrementTimes(client, "a", 5);
            client.ask(tree("dump", "a"));
            incrementTimes(client, "a", 5);
            String name = server.files("_a.tree").get(0).getFileName().toString();
            assertThat(client.ask(tree("load", name))).isEqualTo(success("\"Tree \\\"a\\\" loaded\""));
        });
        server.untilKilled(client -> assertThat(client.ask(sum("a", 1))).isEqualTo(success("5")));
    }

    /** The newest snapshot truncated, an older one good, and the log reaches back to it. */
    @Test
    void truncatedSnapshotGivesWayToAnOlderOneAndThatIsSaid() throws IOException {
        server.untilKilled(client -> {
            incrementTimes(client, "a", 3);
            client.ask(tree("dump", "a"));
            incrementTimes(client, "a", 2);
            client.ask(tree("dump", "a"));
            incrementTimes(client, "a", 1);
        });
        List<Path> snapshots = server.files("_a.tree");
        assertThat(snapshots).hasSize(2);
        KilledServer.cut(snapshots.get(1), 7);
        server.untilKilled((karma, client) -> {
            karma.awaitOutput("\"event\":\"restore.fallback\"");
            karma.awaitOutput("used=" + snapshots.get(0).getFileName());
            karma.awaitOutput(snapshots.get(1).toString());
            assertThat(client.ask(sum("a", 1))).isEqualTo(success("6"));
        });
    }

    /** The newest snapshot truncated, an older one good, but the log no longer reaches back to it. */
    @Test
    void truncatedSnapshotWithoutTheLogThatWouldReplaceItIsRefusedByName() throws IOException {
        server.untilKilled(client -> {
            for (int i = 0; i < 2; i++) {
                incrementTimes(client, "a", 2);
                assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
            }
        });
        Path newest = server.files("_a.tree").get(1);
        KilledServer.cut(newest, 7);
        assertThat(server.refusesToStart()).contains(newest.getFileName().toString(), "backup");
    }

    /** One digit changed in a line of the log. */
    @Test
    void changedDigitInTheLogIsFoundAndNamed() throws IOException {
        Path log = server.file("karma.wal");
        server.untilKilled(client -> {
            incrementTimes(client, "a", 3);
            write(log, textOf(log).replace("\"count\":2", "\"count\":7"));
            assertThat(client.ask(VERIFY)).contains("\"status\":\"failed\"", log.toString(), "line 2");
        });
        String damaged = textOf(log);
        assertThat(server.refusesToStart()).contains(log.toString(), "line 2");
        assertThat(textOf(log)).isEqualTo(damaged);
    }

    /** One bucket changed in a snapshot. */
    @Test
    void changedBucketInASnapshotIsFoundAndNamed() throws IOException {
        Path[] snapshot = new Path[1];
        server.untilKilled(client -> {
            incrementTimes(client, "a", 'M');
            assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
            snapshot[0] = server.files("_a.tree").get(0);
            assertThat(textOf(snapshot[0])).contains("M");
            write(snapshot[0], textOf(snapshot[0]).replace('M', 'N'));
            assertThat(client.ask(VERIFY)).contains("\"status\":\"failed\"", snapshot[0].toString());
        });
        assertThat(server.refusesToStart()).contains(snapshot[0].getFileName().toString());
    }

    /** foo.tree and abc_x.tree in the directory: dump_all, stats and start. */
    @Test
    void filesThatAreNoSnapshotsAreIgnoredWithAWarning() throws IOException {
        server.untilKilled(client -> {
            incrementTimes(client, "a", 1);
            write(server.file("foo.tree"), "no snapshot");
            write(server.file("abc_x.tree"), "no snapshot");
            assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
            assertThat(client.ask(STATS)).contains("\"trees\":1,\"keys\":1,\"dump_count\":1,");
        });
        server.untilKilled((karma, client) -> {
            for (String name : List.of("foo.tree", "abc_x.tree")) {
                karma.awaitOutput("\"event\":\"backup.ignored\",\"message\":\"A file that ends in .tree is no snapshot"
                        + " and is ignored\",\"file\":\"" + name + "\"");
                assertThat(server.file(name)).hasContent("no snapshot");
            }
            assertThat(client.ask(TREES)).isEqualTo(success("[\"a\"]"));
            assertThat(client.ask(sum("a", 1))).isEqualTo(success("1"));
            assertThat(client.ask(STATS)).contains("\"trees\":1,\"keys\":1,\"dump_count\":1,");
        });
    }

    /** {@code --restore=false} on a directory with data, inc, dump_all. */
    @Test
    void startingEmptySetsTheEarlierDataAsideAndSaysWhere() throws IOException {
        server.untilKilled(client -> {
            incrementTimes(client, "a", 2);
            assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
            incrementTimes(client, "a", 1);
        });
        String[] aside = new String[1];
        server.untilKilled(
                (karma, client) -> {
                    assertThat(client.ask(TREES)).isEqualTo(success("[]"));
                    incrementTimes(client, "b", 1);
                    assertThat(client.ask(DUMP_ALL)).isEqualTo(success("\"OK\""));
                    karma.awaitOutput("it is a data directory in itself");
                    aside[0] = karma.output()
                            .replaceAll("(?s).*\"event\":\"data.aside\",[^\\n]*\"directory\":\"([^\"]+)\".*", "$1");
                },
                "--restore=false");
        server.untilKilled(client -> assertThat(client.ask(TREES)).isEqualTo(success("[\"b\"]")));
        new KilledServer(Path.of(aside[0])).untilKilled(client -> {
            assertThat(client.ask(TREES)).isEqualTo(success("[\"a\"]"));
            assertThat(client.ask(sum("a", 1))).isEqualTo(success("3"));
        });
    }

    /** {@code --wal=false --restore=true} with a log present. */
    @Test
    void logIsReplayedAlsoWhereNoneIsToBeWritten() throws IOException {
        server.untilKilled(client -> incrementTimes(client, "a", 4));
        server.untilKilled(
                client -> assertThat(client.ask(sum("a", 1))).isEqualTo(success("4")), "--wal=false", "--restore=true");
    }

    /** Two servers on one directory. */
    @Test
    void secondServerRefusesAndTheFirstIsNotDisturbed() throws IOException {
        server.untilKilled(client -> {
            incrementTimes(client, "a", 1);
            assertThat(server.refusesToStart()).contains("data", "another process");
            assertThat(client.ask(PING)).isEqualTo(success("\"pong\""));
            incrementTimes(client, "a", 1);
        });
        server.untilKilled(client -> assertThat(client.ask(sum("a", 1))).isEqualTo(success("2")));
    }

    /** A counter at 2^64-1, inc, restart. */
    @Test
    void incrementBeyondTheMaximumIsRefusedAndNotLogged() throws IOException {
        KarmaOptions options = KarmaOptions.builder()
                .directory(temporary.resolve("data"))
                .history(HistoryKind.ON_HEAP)
                .build();
        try (KarmaStore store = KarmaStore.open(options)) {
            store.tree("a").increment(1, -1);
        }
        String[] before = new String[1];
        server.untilKilled(client -> {
            before[0] = client.ask(find("a", 1));
            assertThat(before[0]).contains(":18446744073709551615}");
            String log = textOf(server.file("karma.wal"));
            assertThat(client.ask(increment("a", 1))).contains("validation_error", "18446744073709551615");
            assertThat(client.ask(find("a", 1))).isEqualTo(before[0]);
            assertThat(textOf(server.file("karma.wal"))).isEqualTo(log);
        });
        server.untilKilled(client -> {
            assertThat(client.ask(find("a", 1))).isEqualTo(before[0]);
            assertThat(client.ask(sum("a", 1))).isEqualTo(success("18446744073709551615"));
        });
    }
}
