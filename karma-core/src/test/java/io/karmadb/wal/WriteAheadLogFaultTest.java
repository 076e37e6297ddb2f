package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.DiskFullException;
import io.karmadb.Durability;
import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.LogFailedException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.StorageException;
import io.karmadb.StoreHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("exhaustive")
class WriteAheadLogFaultTest {
    private static final int LINES = 12;

    @TempDir
    private Path directory;

    /** What a run of the workload was told. */
    private static final class Outcome {
        private long appended;
        private long acknowledged;
        private long deletedThrough;
        private boolean failed;
    }

    private static Outcome work(FaultyDisk disk, Path directory, Durability durability, boolean here) {
        Outcome outcome = new Outcome();
        WriteAheadLog log;
        try {
            log = Logs.open(disk, directory, durability);
        } catch (StorageException e) {
            outcome.failed = true;
            return outcome;
        }
        try {
            for (int i = 1; i <= LINES; i++) {
                appendOne(log, outcome, here);
                if (i % 4 == 0) {
                    long rotated = log.rotate();
                    assertThat(rotated).isEqualTo(outcome.appended);
                    outcome.acknowledged = rotated;
                }
                if (i == 10) {
                    log.deleteThrough(4);
                    outcome.deletedThrough = 4;
                }
            }
        } catch (OutcomeUnknownException | LogFailedException e) {
            outcome.failed = true;
            assertFailedForGood(disk, log, outcome);
        } catch (StorageException | DiskFullException e) {
            assertThat(log.health().state()).isNotEqualTo(StoreHealth.State.FAILED); // a rotation or deletion undone
            outcome.deletedThrough = 4; // it may have been carried out all the same
        }
        try {
            log.close();
            outcome.acknowledged = log.lastLsn();
        } catch (OutcomeUnknownException e) {
            outcome.failed = true;
        }
        log.close();
        return outcome;
    }

    private static void appendOne(WriteAheadLog log, Outcome outcome, boolean here) {
        while (true) {
            long before = log.lastLsn();
            try {
                outcome.appended = Logs.append(log);
                if (!here || !log.tryMakeDurable(outcome.appended, Long.MAX_VALUE)) {
                    log.awaitDurable(outcome.appended);
                }
                outcome.acknowledged = outcome.appended;
                return;
            } catch (DiskFullException e) {
                assertThat(log.lastLsn()).isEqualTo(before);
                while (log.health().state() == StoreHealth.State.DISK_FULL) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static void assertFailedForGood(FaultyDisk disk, WriteAheadLog log, Outcome outcome) {
        assertThat(log.health().state()).isEqualTo(StoreHealth.State.FAILED);
        assertThat(log.health().message()).contains("restart");
        disk.setFaults((operation, file) -> null);
        assertThatThrownBy(() -> Logs.append(log)).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(log::rotate).isInstanceOf(OutcomeUnknownException.class);
        log.awaitRoom();
        assertThat(log.lastLsn()).isEqualTo(outcome.appended);
        if (log.isDurable(outcome.appended)) {
            return; // a rotation failed
        }
        assertThatThrownBy(() -> log.awaitDurable(outcome.appended)).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> log.sync(outcome.appended)).isInstanceOf(OutcomeUnknownException.class);
        List<KarmaException> told = new ArrayList<>();
        log.whenDurable(outcome.appended, new DurabilityListener() {
            @Override
            public void durable() {
                throw new AssertionError("acknowledged on a failed log");
            }

            @Override
            public void failed(KarmaException failure) {
                told.add(failure);
            }
        });
        assertThat(told).hasSize(1);
        assertThat(told.get(0).outcomeUnknown()).isTrue();
        log.awaitDurable(outcome.acknowledged);
    }

    @ParameterizedTest
    @CsvSource({
        "FSYNC, 0, false",
        "FSYNC, 7, false",
        "WRITE, 0, false",
        "WRITE, 7, false",
        "FSYNC, 0, true",
        "FSYNC, 7, true",
        "WRITE, 0, true",
        "WRITE, 7, true"
    })
    void whateverOperationFailsNothingAcknowledgedIsLost(Durability durability, int bytesBeforeFault, boolean here)
            throws IOException {
        List<Supplier<IOException>> errors = List.of(FaultyDisk::broken, FaultyDisk::noSpace);
        for (Supplier<IOException> error : errors) {
            boolean met = true;
            int failures = 0;
            for (int n = 0; met; n++) {
                Path run = Files.createDirectory(
                        directory.resolve(error.get().getMessage().charAt(0) + "" + n));
                FaultyDisk disk = new FaultyDisk();
                disk.setBytesBeforeWriteFault(bytesBeforeFault);
                int failing = n;
                AtomicInteger count = new AtomicInteger();
                disk.setFaults((operation, file) -> count.getAndIncrement() == failing ? error.get() : null);
                Outcome outcome = work(disk, run, durability, here);
                met = count.get() > n;
                failures += outcome.failed ? 1 : 0;
                if (durability == Durability.FSYNC) {
                    disk.losePower();
                }
                assertNothingLost(run, durability, outcome, "n=" + n + ", error=" + error.get());
            }
            assertThat(failures).isGreaterThan(durability == Durability.FSYNC ? 10 : 5);
        }
    }

    private static void assertNothingLost(Path run, Durability durability, Outcome outcome, String what)
            throws IOException {
        Logs.Content content = Logs.read(run, outcome.deletedThrough, outcome.deletedThrough);
        long last = content.end().lastLsn();
        assertThat(content.lsns()).as(what).isEqualTo(Logs.range(outcome.deletedThrough + 1, last));
        assertThat(last).as(what).isBetween(outcome.acknowledged, outcome.appended);
        if (content.end().torn() != null) {
            LogRepair.cut(Logs.DISK, run, content.end().torn());
        }
        LogRepair.secure(Logs.DISK, run, content.end());
        LogFiles.finishRotation(Logs.DISK, run);
        LogFiles.sweep(Logs.DISK, run);
        LogEnd end = content.end();
        try (WriteAheadLog log = WriteAheadLog.open(
                new FaultyDisk(), run, durability, end.lastLsn(), end.currentFirstLsn(), false, Logs.SETTINGS)) {
            Logs.append(log, 2);
        }
        assertThat(Logs.read(run, outcome.deletedThrough, last).lsns())
                .as(what)
                .isEqualTo(Logs.range(outcome.deletedThrough + 1, last + 2));
        assertThat(Logs.DISK.list(run)).doesNotContain("karma.ballast", "karma.wal.tmp");
    }

    @Test
    void afterAFailedForceNothingIsForcedOrWrittenAgain() {
        FaultyDisk disk = new FaultyDisk();
        WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC);
        log.awaitDurable(Logs.append(log));
        disk.setFaults((operation, file) -> operation == FaultyDisk.Operation.FORCE ? FaultyDisk.broken() : null);
        assertThatThrownBy(() -> log.awaitDurable(Logs.append(log)))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("Input/output error");
        disk.setFaults((operation, file) -> null);
        int then = disk.journal().size();
        assertThatThrownBy(() -> Logs.append(log)).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(log::close).isInstanceOf(OutcomeUnknownException.class);
        log.close();
        assertThat(disk.journal().subList(then, disk.journal().size()))
                .allMatch(entry -> entry.equals("DELETE karma.ballast"));
    }

    @Test
    void everybodyWhoWaitsIsToldOfAFailure() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC);
        disk.setFaults((operation, file) -> operation == FaultyDisk.Operation.FORCE ? FaultyDisk.broken() : null);
        FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.FORCE);
        List<CompletableFuture<Boolean>> told = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            long lsn = Logs.append(log);
            CompletableFuture<Boolean> result = new CompletableFuture<>();
            told.add(result);
            log.whenDurable(lsn, new DurabilityListener() {
                @Override
                public void durable() {
                    result.complete(true);
                }

                @Override
                public void failed(KarmaException failure) {
                    result.complete(false);
                }
            });
        }
        CompletableFuture<Void> rotation = CompletableFuture.runAsync(log::rotate);
        gate.open();
        for (CompletableFuture<Boolean> result : told) {
            assertThat(result.get(30, TimeUnit.SECONDS)).isFalse();
        }
        assertThatThrownBy(() -> rotation.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(log::close).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void aFlusherThatDiesOfAnythingFailsTheLog() {
        FaultyDisk disk = new FaultyDisk();
        WriteAheadLog log = Logs.open(disk, directory, Durability.WRITE);
        disk.setFaults((operation, file) -> {
            throw new AssertionError("thrown on purpose by a test");
        });
        assertThatThrownBy(() -> log.awaitDurable(Logs.append(log)))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasRootCauseInstanceOf(AssertionError.class);
        assertThat(log.health().state()).isEqualTo(StoreHealth.State.FAILED);
        disk.setFaults((operation, file) -> null);
        assertThatThrownBy(log::close).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void aFailureThatNobodyWaitedForIsToldAtTheClose() {
        FaultyDisk disk = new FaultyDisk();
        WriteAheadLog log = Logs.open(disk, directory, Durability.BUFFERED);
        disk.setFaults((operation, file) -> operation == FaultyDisk.Operation.WRITE ? FaultyDisk.broken() : null);
        log.awaitDurable(Logs.append(log));
        assertThatThrownBy(log::close).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> Logs.append(log)).isInstanceOf(KarmaException.class);
    }

    @Test
    void shortWritesAreGoneOnWith() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        disk.setWriteBytesMax(1000); // the ballast, too, is written in pieces
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC)) {
            disk.setWriteBytesMax(3);
            log.awaitDurable(Logs.append(log, 20));
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 20));
    }

    @Test
    void aRotationThatCannotBeginChangesNothing() {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC)) {
            Logs.append(log, 3);
            disk.setFaults((operation, file) -> file.endsWith("karma.wal.tmp") && operation == FaultyDisk.Operation.OPEN
                    ? new IOException("Too many open files")
                    : null);
            assertThatThrownBy(log::rotate).isInstanceOf(StorageException.class).hasMessageContaining("Too many");
            disk.setFaults((operation, file) -> file.endsWith("karma.wal.tmp") && operation == FaultyDisk.Operation.OPEN
                    ? FaultyDisk.noSpace()
                    : null);
            assertThatThrownBy(log::rotate).isInstanceOf(DiskFullException.class);
            disk.setFaults((operation, file) -> null);
            log.awaitDurable(Logs.append(log));
            assertThat(log.rotate()).isEqualTo(4);
            log.awaitDurable(Logs.append(log));
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 5));
    }

    @Test
    void aDeletionThatFailedCanBeRepeated() {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = Logs.open(disk, directory, Durability.FSYNC)) {
            for (int i = 0; i < 3; i++) {
                Logs.append(log, 2);
                log.rotate();
            }
            disk.setFaults((operation, file) -> file.endsWith("karma.wal.3.segment") ? FaultyDisk.broken() : null);
            assertThatThrownBy(() -> log.deleteThrough(6)).isInstanceOf(StorageException.class);
            assertThat(LogFiles.list(Logs.DISK, directory).names())
                    .containsExactly("karma.wal.3.segment", "karma.wal.5.segment", "karma.wal");
            disk.setFaults((operation, file) -> null);
            assertThat(log.deleteThrough(6)).isPositive();
            assertThat(LogFiles.list(Logs.DISK, directory).names()).containsExactly("karma.wal");
            assertThat(log.bytes()).isZero();
            log.awaitDurable(Logs.append(log));
        }
    }
}
