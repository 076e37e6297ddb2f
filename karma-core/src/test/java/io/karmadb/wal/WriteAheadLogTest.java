package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.StoreClosedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is appended, written, forced and read back. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WriteAheadLogTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(
            value = Durability.class,
            names = {"FSYNC", "WRITE", "BUFFERED"})
    void whatIsAppendedIsReadBackAfterAClose(Durability durability) {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, durability)) {
            assertThat(Logs.append(log, 1000)).isEqualTo(1000);
            assertThat(log.lastLsn()).isEqualTo(1000);
        }
        Logs.Content content = Logs.read(directory);
        assertThat(content.lsns()).isEqualTo(Logs.range(1, 1000));
        assertThat(content.end().torn()).isNull();
        assertThat(content.end().currentFirstLsn()).isEqualTo(1);
    }

    @Test
    void aLogGoesOnWhereItStopped() throws IOException {
        for (int i = 0; i < 4; i++) {
            try (WriteAheadLog log = Logs.recover(Logs.DISK, directory, Durability.WRITE)) {
                assertThat(log.lastLsn()).isEqualTo(i * 3);
                log.awaitDurable(Logs.append(log, 3));
            }
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 12));
    }

    @Test
    void aLineIsOnDiskWhenItIsDurable() {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.WRITE)) {
            for (int i = 1; i <= 100; i++) {
                long lsn = Logs.append(log);
                log.awaitDurable(lsn);
                assertThat(log.isDurable(lsn)).isTrue();
                assertThat(log.durableLsn()).isEqualTo(lsn);
                assertThat(Logs.read(directory).end().lastLsn()).isEqualTo(lsn);
            }
        }
    }

    @Test
    void fsyncForcesBeforeItAcknowledges() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC)) {
            log.awaitDurable(Logs.append(log, 10));
            disk.losePower();
            assertThat(Logs.read(directory).end().lastLsn()).isEqualTo(10);
        }
    }

    @Test
    void syncForcesWhateverTheDurability() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        for (Durability durability : List.of(Durability.BUFFERED, Durability.WRITE)) {
            try (WriteAheadLog log = Logs.recover(disk, directory, durability)) {
                long lsn = Logs.append(log, 10);
                log.sync(lsn);
                disk.losePower();
                assertThat(Logs.read(directory).end().lastLsn()).isEqualTo(lsn);
            }
        }
    }

    @Test
    void flushHandsToTheOperatingSystem() {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.BUFFERED)) {
            log.flush(Logs.append(log, 10));
            assertThat(Logs.read(directory).end().lastLsn()).isEqualTo(10);
        }
    }

    @Test
    void writeForcesAboutOnceASecondThoughNobodyAsks() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.WRITE)) {
            CountDownLatch forced = new CountDownLatch(2);
            disk.setFaults((operation, file) -> {
                if (operation == FaultyDisk.Operation.FORCE) {
                    forced.countDown();
                }
                return null;
            });
            while (!forced.await(1, TimeUnit.MILLISECONDS)) {
                log.awaitDurable(Logs.append(log));
            }
        }
    }

    @Test
    void linesThatNobodyWaitsForAreWritten() throws Exception {
        for (Durability durability : List.of(Durability.BUFFERED, Durability.WRITE, Durability.FSYNC)) {
            FaultyDisk disk = new FaultyDisk();
            try (WriteAheadLog log = Logs.recover(disk, directory, durability)) {
                CountDownLatch written = new CountDownLatch(1);
                disk.setFaults((operation, file) -> {
                    if (operation == FaultyDisk.Operation.WRITE) {
                        written.countDown();
                    }
                    return null;
                });
                Logs.append(log);
                assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void writingGoesOnWhileTheLogIsBeingForced() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = WriteAheadLog.open(disk, directory, Durability.WRITE, 0, 1, false, Logs.ON_DEMAND)) {
            CompletableFuture<Void> synced;
            try (FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.FORCE)) {
                long lsn = Logs.append(log);
                synced = CompletableFuture.runAsync(() -> log.sync(lsn));
                gate.awaitArrival();
                assertThat(log.tryMakeDurable(Logs.append(log), 0)).isTrue();
                assertThat(synced).isNotDone();
            }
            synced.get(30, TimeUnit.SECONDS);
            log.sync(2); // what was written meanwhile did not count as forced
        }
    }

    @Test
    void aFullBufferRefusesAndHasRoomAgain() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        byte[] longest = Logs.utf8("\"a\":\"" + "x".repeat(WriteAheadLog.bodyBytesMax() - 6) + "\"");
        assertThat(longest).hasSize(WriteAheadLog.bodyBytesMax());
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.WRITE);
                FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.WRITE)) {
            assertThat(log.append(LineTemplate.of(longest), 0, 0, 0)).isEqualTo(1);
            gate.awaitArrival(); // one buffer is being written, though nobody waits: it was more than half full
            assertThat(log.hasRoom()).isTrue();
            assertThat(log.append(LineTemplate.of(longest), 0, 0, 0)).isEqualTo(2);
            assertThat(log.hasRoom()).isFalse();
            assertThat(log.append(LineTemplate.of(longest), 0, 0, 0)).isEqualTo(WriteAheadLog.NO_ROOM);
            assertThat(log.lastLsn()).isEqualTo(2);
            CompletableFuture<Long> next = CompletableFuture.supplyAsync(() -> {
                long appended;
                while ((appended = log.append(LineTemplate.of(longest), 0, 0, 0)) == WriteAheadLog.NO_ROOM) {
                    log.awaitRoom();
                }
                return appended;
            });
            gate.open();
            assertThat(next.get(30, TimeUnit.SECONDS)).isEqualTo(3);
        }
        assertThat(LogReader.read(
                                Logs.DISK,
                                directory,
                                0,
                                0,
                                Long.MAX_VALUE,
                                null,
                                false,
                                line -> assertThat(line.bodyLength()).isEqualTo(longest.length))
                        .lastLsn())
                .isEqualTo(3);
    }

    @Test
    void bodiesThatAreTooLongAreTheCallersMistake() {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC)) {
            byte[] body = new byte[WriteAheadLog.bodyBytesMax() + 1];
            assertThatThrownBy(() -> LineTemplate.of(body)).hasMessageContaining("bodyBytes=");
            assertThatThrownBy(() -> LineTemplate.withNumbers(Arrays.copyOf(body, body.length - 20)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> LineTemplate.of(new byte[0])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(LineTemplate::withNumbers).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.awaitDurable(1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(log.lastLsn()).isZero();
        }
    }

    @Test
    void aLineWithoutItsLineEndGetsItBeforeTheNext() throws IOException {
        Logs.put(directory, "karma.wal", Logs.lines(1, 2), Logs.lines(3, 1));
        byte[] whole = Logs.bytes(directory, "karma.wal");
        Files.write(directory.resolve("karma.wal"), Arrays.copyOf(whole, whole.length - 1));
        try (WriteAheadLog log = Logs.recover(Logs.DISK, directory, Durability.FSYNC)) {
            assertThat(Logs.bytes(directory, "karma.wal")).isEqualTo(whole);
            Logs.append(log);
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 4));
    }

    @Test
    void closingIsIdempotentAndLeavesNoBallast() {
        WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC);
        assertThat(directory.resolve("karma.ballast")).exists().hasSize(Logs.SETTINGS.ballastBytes());
        long lsn = Logs.append(log);
        log.close();
        log.close();
        assertThat(directory.resolve("karma.ballast")).doesNotExist();
        assertThatThrownBy(() -> Logs.append(log)).isInstanceOf(StoreClosedException.class);
        assertThatThrownBy(log::rotate).isInstanceOf(StoreClosedException.class);
        log.awaitDurable(lsn);
        log.sync(lsn);
        log.awaitRoom();
        assertThat(log.isDurable(lsn)).isTrue();
    }

    @Test
    void bodiesAndNumbersMayChangeFromLineToLine() throws IOException {
        LineTemplate[] bodies = {
            LineTemplate.withNumbers(Logs.utf8("\"a\":"), Logs.utf8(",\"b\":"), Logs.utf8(",\"c\":")),
            LineTemplate.withNumbers(Logs.utf8("\"d\":"), Logs.utf8(",\"e\":")),
            LineTemplate.of(Logs.utf8("\"f\":true"))
        };
        List<String> expected = new ArrayList<>();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.WRITE)) {
            for (int line = 0; line < 3_000; line++) {
                int kind = random.nextInt(random.nextInt(3) + 1);
                int run = random.nextInt(2);
                long lsn = log.append(bodies[kind], line, run, -line);
                expected.add(
                        switch (kind) {
                            case 0 -> "\"a\":" + line + ",\"b\":" + run + ",\"c\":" + Long.toUnsignedString(-line);
                            case 1 -> "\"d\":" + line + ",\"e\":" + run;
                            default -> "\"f\":true";
                        });
                if (random.nextInt(200) == 0) {
                    log.awaitDurable(lsn);
                }
            }
        }
        List<String> read = new ArrayList<>();
        LogReader.read(
                Logs.DISK,
                directory,
                0,
                0,
                Long.MAX_VALUE,
                null,
                false,
                line -> read.add(Logs.text(line.array(), line.bodyStart(), line.bodyLength())));
        assertThat(read).as("seed %s", seed).isEqualTo(expected);
    }

    @Test
    void syncedIsPutOnTheNextLineOnce() throws IOException {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.WRITE)) {
            log.sync(Logs.append(log, 2));
            Logs.append(log, 2);
        }
        List<String> lines = Files.readAllLines(directory.resolve("karma.wal"));
        assertThat(lines.get(2)).contains(",\"synced\":2,\"crc\":");
        assertThat(lines.stream().filter(line -> line.contains("synced"))).hasSize(1);
    }
}
