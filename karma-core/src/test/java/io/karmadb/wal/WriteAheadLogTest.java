package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.StorageException;
import io.karmadb.StoreClosedException;
import io.karmadb.StoreHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    void bufferedIsAlwaysDurable() {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.BUFFERED)) {
            long lsn = Logs.append(log);
            assertThat(log.isDurable(lsn)).isTrue();
            assertThat(log.durableLsn()).isEqualTo(lsn);
            log.awaitDurable(lsn);
            List<String> calls = new ArrayList<>();
            log.whenDurable(lsn, listener(calls, "a"));
            assertThat(calls).containsExactly("a");
        }
    }

    @Test
    void listenersAreCalledInTheOrderOfTheirLsns() throws Exception {
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC);
                FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.WRITE)) {
            Logs.append(log, 30);
            CompletableFuture<Void> last = new CompletableFuture<>();
            for (int i = 30; i >= 1; i--) {
                log.whenDurable(i, listener(calls, "" + i));
            }
            log.whenDurable(30, listener(calls, "30 again"));
            log.whenDurable(30, new DurabilityListener() {
                @Override
                public void durable() {
                    last.complete(null);
                }

                @Override
                public void failed(KarmaException failure) {
                    last.completeExceptionally(failure);
                }
            });
            gate.open();
            last.get(30, TimeUnit.SECONDS);
            List<String> expected = new ArrayList<>();
            Logs.range(1, 30).forEach(lsn -> expected.add("" + lsn));
            expected.add("30 again");
            assertThat(calls).isEqualTo(expected);
        }
    }

    @Test
    void aListenerThatThrowsOrLeavesAnInterruptHarmsNobody() {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC)) {
            long lsn = Logs.append(log);
            log.whenDurable(lsn, new DurabilityListener() {
                @Override
                public void durable() {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("thrown on purpose by a test");
                }

                @Override
                public void failed(KarmaException failure) {}
            });
            log.awaitDurable(lsn);
            for (int i = 0; i < 10; i++) {
                log.awaitDurable(Logs.append(log));
            }
            assertThat(log.health().state()).isEqualTo(StoreHealth.State.OK);
        }
    }

    @Test
    void aListenerMustNotWaitForTheLog() throws Exception {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC)) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            log.whenDurable(Logs.append(log), new DurabilityListener() {
                @Override
                public void durable() {
                    try {
                        log.awaitDurable(Logs.append(log));
                        thrown.complete(null);
                    } catch (IllegalStateException e) {
                        thrown.complete(e);
                    }
                }

                @Override
                public void failed(KarmaException failure) {
                    thrown.complete(failure);
                }
            });
            assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void waitingIsNotEndedByAnInterrupt() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC);
                FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.FORCE)) {
            long lsn = Logs.append(log);
            CompletableFuture<Boolean> flagAfterwards = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                log.awaitDurable(lsn);
                flagAfterwards.complete(Thread.currentThread().isInterrupted() && log.isDurable(lsn));
            });
            waiting.start();
            gate.awaitArrival();
            waiting.interrupt();
            assertThat(flagAfterwards).isNotDone();
            gate.open();
            assertThat(flagAfterwards.get(30, TimeUnit.SECONDS)).isTrue();

            Thread.currentThread().interrupt();
            log.awaitDurable(Logs.append(log));
            log.rotate();
            log.sync(log.lastLsn());
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 2));
    }

    /** The flusher may be about to rest and hold the file for a moment. */
    private static void tryUntilDone(WriteAheadLog log, long lsn, long forceNanosMax) {
        while (!log.tryMakeDurable(lsn, forceNanosMax)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aThreadCanWriteForItselfWhereWritingIsEnough() {
        FaultyDisk disk = new FaultyDisk();
        List<Thread> writers = new CopyOnWriteArrayList<>();
        try (WriteAheadLog log = WriteAheadLog.open(disk, directory, Durability.WRITE, 0, 1, false, Logs.ON_DEMAND)) {
            disk.setFaults((operation, file) -> {
                if (operation == FaultyDisk.Operation.WRITE) {
                    writers.add(Thread.currentThread());
                }
                return null;
            });
            long lsn = Logs.append(log, 3);
            assertThat(log.isDurable(lsn)).isFalse();
            tryUntilDone(log, lsn, 0);
            assertThat(log.isDurable(lsn)).isTrue();
            assertThat(writers).containsExactly(Thread.currentThread());
            assertThat(log.tryMakeDurable(lsn, 0)).isTrue();
            assertThat(writers).hasSize(1);
            assertThat(Logs.read(directory).end().lastLsn()).isEqualTo(3);
        }
    }

    @Test
    void aThreadForcesForItselfOnlyIfItCanSpareTheTimeThatForcesTake() {
        try (WriteAheadLog log =
                WriteAheadLog.open(Logs.DISK, directory, Durability.FSYNC, 0, 1, false, Logs.ON_DEMAND)) {
            assertThat(log.tryMakeDurable(Logs.append(log), TimeUnit.HOURS.toNanos(1)))
                    .as("nothing has been forced yet")
                    .isFalse();
            log.awaitDurable(log.lastLsn());
            assertThat(log.tryMakeDurable(Logs.append(log), 0)).isFalse();
            tryUntilDone(log, log.lastLsn(), TimeUnit.HOURS.toNanos(1));
            assertThat(log.durableLsn()).isEqualTo(2);
        }
    }

    @Test
    void aThreadThatWouldWriteForItselfDoesNotWaitForAnother() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = WriteAheadLog.open(disk, directory, Durability.WRITE, 0, 1, false, Logs.ON_DEMAND)) {
            CompletableFuture<Void> flushed;
            try (FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.WRITE)) {
                long lsn = Logs.append(log);
                flushed = CompletableFuture.runAsync(() -> log.flush(lsn));
                gate.awaitArrival();
                assertThat(log.tryMakeDurable(lsn, Long.MAX_VALUE)).isFalse();
            }
            flushed.get(30, TimeUnit.SECONDS);
            assertThat(log.tryMakeDurable(1, 0)).isTrue();
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
    void rotationLeavesASegmentAndGoesOnInANewFile() {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC)) {
            assertThat(log.rotate()).isZero();
            Logs.append(log, 5);
            assertThat(log.rotate()).isEqualTo(5);
            assertThat(log.rotate()).isEqualTo(5);
            Logs.append(log, 3);
            assertThat(log.rotate()).isEqualTo(8);
            log.awaitDurable(Logs.append(log, 2));
            LogFiles files = LogFiles.list(Logs.DISK, directory);
            assertThat(files.names()).containsExactly("karma.wal.1.segment", "karma.wal.6.segment", "karma.wal");
            assertThat(log.bytes()).isEqualTo(files.bytes());
        }
        Logs.Content content = Logs.read(directory);
        assertThat(content.lsns()).isEqualTo(Logs.range(1, 10));
        assertThat(content.end().currentFirstLsn()).isEqualTo(9);
    }

    @Test
    void rotationForcesTheOldFileBeforeItRenamesAnything() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.BUFFERED)) {
            int before = disk.journal().size();
            Logs.append(log, 5);
            log.rotate();
            List<String> journal = disk.journal().subList(before, disk.journal().size());
            assertThat(journal.get(0)).isIn("WRITE karma.wal.tmp");
            assertThat(journal.stream().filter(entry -> !entry.startsWith("WRITE")))
                    .containsExactly(
                            "FORCE karma.wal.tmp", // the file in use, by the name under which it was opened
                            "OPEN karma.wal.tmp",
                            "FORCE karma.wal.tmp",
                            "RENAME karma.wal",
                            "FORCE_DIRECTORY " + directory.getFileName(),
                            "RENAME karma.wal.tmp",
                            "FORCE_DIRECTORY " + directory.getFileName());
        }
    }

    @Test
    void segmentsAreDeletedOnlyWhenTheyLieWhollyBelow() throws IOException {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC)) {
            for (int i = 0; i < 3; i++) {
                Logs.append(log, 4);
                log.rotate();
            }
            long before = log.bytes();
            assertThat(log.deleteThrough(3)).isZero();
            long freed = log.deleteThrough(11);
            assertThat(freed).isPositive();
            assertThat(log.bytes()).isEqualTo(before - freed);
            assertThat(LogFiles.list(Logs.DISK, directory).names()).containsExactly("karma.wal.9.segment", "karma.wal");
            log.awaitDurable(Logs.append(log));
        }
        assertThat(Logs.read(directory, 8, 8).lsns()).isEqualTo(Logs.range(9, 13));
        try (WriteAheadLog log = WriteAheadLog.open(Logs.DISK, directory, Durability.FSYNC, 13, 13, false)) {
            assertThat(log.deleteThrough(Long.MAX_VALUE)).isPositive();
            assertThat(LogFiles.list(Logs.DISK, directory).names()).containsExactly("karma.wal");
        }
    }

    @Test
    void aRotationNeverReplacesAFile() throws IOException {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC)) {
            Logs.put(directory, "karma.wal.1.segment", Logs.utf8("precious"));
            Logs.append(log, 2);
            assertThatThrownBy(log::rotate).isInstanceOf(StorageException.class).hasMessageContaining("nothing");
            log.awaitDurable(Logs.append(log));
        }
        assertThat(Logs.bytes(directory, "karma.wal.1.segment")).isEqualTo(Logs.utf8("precious"));
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
    void aNewFileLeavesTheOldOneUntouchedAlsoUnderItsOtherName() throws IOException {
        byte[] unended = Arrays.copyOf(Logs.lines(1, 2), Logs.lines(1, 2).length - 1);
        Logs.put(directory, "karma.wal", unended);
        Files.createLink(directory.resolve("elsewhere"), directory.resolve("karma.wal"));
        try (WriteAheadLog log = WriteAheadLog.open(Logs.DISK, directory, Durability.FSYNC, 2, 1, true)) {
            log.awaitDurable(Logs.append(log));
            assertThat(log.bytes())
                    .isEqualTo(LogFiles.list(Logs.DISK, directory).bytes());
        }
        assertThat(Logs.bytes(directory, "elsewhere")).isEqualTo(unended);
        assertThat(LogFiles.list(Logs.DISK, directory).names()).containsExactly("karma.wal.1.segment", "karma.wal");
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 3));
    }

    @Test
    void aNewFileReplacesAnEmptyOne() throws IOException {
        Logs.put(directory, "karma.wal");
        Files.createLink(directory.resolve("elsewhere"), directory.resolve("karma.wal"));
        try (WriteAheadLog log = WriteAheadLog.open(Logs.DISK, directory, Durability.FSYNC, 0, 1, true)) {
            Logs.append(log);
        }
        assertThat(LogFiles.list(Logs.DISK, directory).names()).containsExactly("karma.wal");
        assertThat(Logs.bytes(directory, "elsewhere")).isEmpty();
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
    void syncedIsPutOnTheNextLineOnce() throws IOException {
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.WRITE)) {
            log.sync(Logs.append(log, 2));
            Logs.append(log, 2);
        }
        List<String> lines = Files.readAllLines(directory.resolve("karma.wal"));
        assertThat(lines.get(2)).contains(",\"synced\":2,\"crc\":");
        assertThat(lines.stream().filter(line -> line.contains("synced"))).hasSize(1);
    }

    private static DurabilityListener listener(List<String> calls, String name) {
        return new DurabilityListener() {
            @Override
            public void durable() {
                calls.add(name);
            }

            @Override
            public void failed(KarmaException failure) {
                calls.add(name + " failed");
            }
        };
    }
}
