package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.DiskFullException;
import io.karmadb.Durability;
import io.karmadb.KarmaException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.StoreHealth;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskFullTest {
    @TempDir
    private Path directory;

    private final FaultyDisk disk = new FaultyDisk();

    private Path ballast() {
        return directory.resolve("karma.ballast");
    }

    private File log() {
        return directory.resolve("karma.wal").toFile();
    }

    private WriteAheadLog open(Durability durability) {
        return WriteAheadLog.open(disk, directory, durability, 0, 1, false, Logs.ON_DEMAND);
    }

    private static void awaitState(WriteAheadLog log, StoreHealth.State state) {
        while (log.health().state() != state) {
            Thread.onSpinWait();
        }
    }

    /** No space as long as the ballast is there. */
    private void fillUp(IOException error) {
        disk.setUsableBytes(0);
        disk.setFaults(
                (operation, file) -> operation == FaultyDisk.Operation.WRITE && Files.exists(ballast()) ? error : null);
    }

    private void empty() {
        disk.setFaults((operation, file) -> null);
        disk.setUsableBytes(-1);
    }

    @Test
    void whatWasAcceptedIsWrittenTheRestRefusedUntilThereIsSpace() {
        disk.setBytesBeforeWriteFault(11); // half a line first
        try (WriteAheadLog log = open(Durability.FSYNC)) {
            log.awaitDurable(Logs.append(log, 3));
            fillUp(FaultyDisk.noSpace());
            log.awaitDurable(Logs.append(log, 2));
            assertThat(log.health().state()).isEqualTo(StoreHealth.State.DISK_FULL);
            assertThat(log.health().message()).contains("no space").contains(directory.toString());
            assertThat(ballast()).doesNotExist();
            assertThatThrownBy(() -> Logs.append(log)).isInstanceOf(DiskFullException.class);
            assertThat(log.lastLsn()).isEqualTo(5);
            assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 5));
            assertThat(Logs.read(directory).end().torn()).isNull();

            empty();
            awaitState(log, StoreHealth.State.OK);
            assertThat(ballast()).hasSize(Logs.SETTINGS.ballastBytes());
            log.awaitDurable(Logs.append(log, 3));
            assertThat(log.health().message()).isEmpty();
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 8));
    }

    @Test
    void aGroupOfManyPartsGoesOnWhereTheDiskWasFull() {
        disk.setBytesBeforeWriteFault(11);
        LogSettings settings = Logs.ON_DEMAND.withBufferBytes(8 << 20);
        try (WriteAheadLog log = WriteAheadLog.open(disk, directory, Durability.FSYNC, 0, 1, false, settings)) {
            disk.setUsableBytes(0);
            disk.setFaults((operation, file) ->
                    operation == FaultyDisk.Operation.WRITE && Files.exists(ballast()) && log().length() > 600_000
                            ? FaultyDisk.noSpace()
                            : null);
            long lsn = Logs.append(log, 20_000);
            log.awaitDurable(lsn);
            assertThat(log.health().state()).isEqualTo(StoreHealth.State.DISK_FULL);
            assertThat(log.activity().writeLines().count()).isEqualTo(1);
            assertThat(log.activity().writtenBytes()).isEqualTo(log.bytes()).isGreaterThan(1_200_000);
            assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, lsn));
            assertThat(Logs.read(directory).end().torn()).isNull();
        }
    }

    @Test
    void aFullDiskIsToldInAnyLanguage() {
        try (WriteAheadLog log = open(Durability.WRITE)) {
            fillUp(new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar"));
            log.awaitDurable(Logs.append(log));
            assertThat(log.health().state()).isEqualTo(StoreHealth.State.DISK_FULL);
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 1));
    }

    @Test
    void anErrorOfAnotherKindIsFinalAlsoOnAFullDisk() {
        WriteAheadLog log = open(Durability.WRITE);
        disk.setFaults((operation, file) -> {
            disk.setUsableBytes(Files.exists(ballast()) ? 0 : Long.MAX_VALUE);
            return operation == FaultyDisk.Operation.WRITE ? FaultyDisk.broken() : null;
        });
        assertThatThrownBy(() -> log.awaitDurable(Logs.append(log))).isInstanceOf(OutcomeUnknownException.class);
        assertThat(log.health().state()).isEqualTo(StoreHealth.State.FAILED);
        assertThatThrownBy(log::close).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void acceptedLinesWaitIfEvenTheBallastsSpaceWasTakenByOthers() throws Exception {
        try (WriteAheadLog log = open(Durability.FSYNC)) {
            AtomicInteger attempts = new AtomicInteger();
            CountDownLatch several = new CountDownLatch(5);
            AtomicBoolean space = new AtomicBoolean();
            disk.setUsableBytes(0);
            disk.setBytesBeforeWriteFault(5);
            disk.setFaults((operation, file) -> {
                if (operation == FaultyDisk.Operation.WRITE && !space.get()) {
                    attempts.incrementAndGet();
                    several.countDown();
                    return FaultyDisk.noSpace();
                }
                return null;
            });
            long lsn = Logs.append(log, 4);
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> log.awaitDurable(lsn));
            assertThat(several.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(waiting).isNotDone();
            assertThatThrownBy(() -> Logs.append(log)).isInstanceOf(DiskFullException.class);
            log.awaitRoom();
            space.set(true);
            waiting.get(30, TimeUnit.SECONDS);
            empty();
            awaitState(log, StoreHealth.State.OK);
            log.awaitDurable(Logs.append(log));
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 5));
    }

    @Test
    void withoutSpaceForTheBallastALogOpensAndRefuses() throws IOException {
        disk.setUsableBytes(Logs.SETTINGS.ballastBytes() - 1);
        try (WriteAheadLog log = open(Durability.FSYNC)) {
            assertThat(log.health().state()).isEqualTo(StoreHealth.State.DISK_FULL);
            assertThatThrownBy(() -> Logs.append(log)).isInstanceOf(DiskFullException.class);
            assertThat(log.rotate()).isZero();
            empty();
            awaitState(log, StoreHealth.State.OK);
            log.awaitDurable(Logs.append(log));
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 1));
    }

    @Test
    void aBallastThatCannotBeFinishedIsNotLeftBehind() {
        disk.setFaults((operation, file) ->
                operation == FaultyDisk.Operation.FORCE && file.equals(ballast()) ? FaultyDisk.noSpace() : null);
        try (WriteAheadLog log = open(Durability.FSYNC)) {
            assertThat(log.health().state()).isEqualTo(StoreHealth.State.DISK_FULL);
            empty();
            awaitState(log, StoreHealth.State.OK);
            assertThat(ballast()).hasSize(Logs.SETTINGS.ballastBytes());
        }
    }

    @Test
    void closingOnADiskThatStaysFullEnds() throws IOException {
        WriteAheadLog log = open(Durability.WRITE);
        disk.setUsableBytes(0);
        disk.setFaults((operation, file) -> operation == FaultyDisk.Operation.WRITE ? FaultyDisk.noSpace() : null);
        Logs.append(log, 2);
        assertThatThrownBy(log::close)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("No space left");
        empty();
        assertThat(Logs.read(directory).lsns()).isEmpty();
    }

    @Test
    void closingOnAFullDiskWritesWhatWasAccepted() {
        WriteAheadLog log = open(Durability.WRITE);
        fillUp(FaultyDisk.noSpace());
        Logs.append(log, 2);
        log.close();
        assertThatThrownBy(() -> Logs.append(log)).isInstanceOf(KarmaException.class);
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 2));
    }
}
