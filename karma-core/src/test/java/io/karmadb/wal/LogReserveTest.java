package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.Durability;
import io.karmadb.StoreHealth;
import io.karmadb.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Zeros that are written ahead of small groups, so that forces need not make the file longer. */
class LogReserveTest {
    private static final int RESERVE_BYTES = 4096;
    private static final int LINE_BYTES_MAX = 160; // of the lines that are written here
    private static final LogSettings RESERVING = new LogSettings(
            Logs.SETTINGS.bufferBytes(),
            Logs.SETTINGS.forceNanos(),
            Logs.SETTINGS.paceNanos(),
            Logs.SETTINGS.ballastNanos(),
            Logs.SETTINGS.spaceNanos(),
            RESERVE_BYTES);

    @TempDir
    private Path directory;

    private WriteAheadLog open(Disk disk, Durability durability) {
        return WriteAheadLog.open(disk, directory, durability, 0, 1, false, RESERVING);
    }

    private long size() throws IOException {
        return Files.size(directory.resolve("karma.wal"));
    }

    @Test
    void smallGroupsAreWrittenOverZeros() throws IOException {
        try (WriteAheadLog log = open(Logs.DISK, Durability.FSYNC)) {
            log.awaitDurable(Logs.append(log));
            long before = size();
            assertThat(before).isEqualTo(log.bytes() + RESERVE_BYTES);
            while (log.bytes() < before - LINE_BYTES_MAX) {
                assertThat(size()).isEqualTo(before);
                log.awaitDurable(Logs.append(log));
            }
            while (size() == before) {
                log.awaitDurable(Logs.append(log));
            }
            assertThat(size()).as("another reserve").isEqualTo(log.bytes() + RESERVE_BYTES);
        }
        assertThat(size()).isEqualTo(Logs.read(directory).end().bytes());
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "BUFFERED"})
    void whereNotEachGroupIsForcedNothingIsReserved(Durability durability) throws IOException {
        try (WriteAheadLog log = open(Logs.DISK, durability)) {
            log.sync(Logs.append(log, 3));
            assertThat(size()).isEqualTo(log.bytes());
        }
    }

    @Test
    void largeGroupsGetNoReserve() {
        assertThat(LogSettings.DEFAULT.areSmall(16 * 1024)).isTrue();
        assertThat(LogSettings.DEFAULT.areSmall(16 * 1024 + 1)).isFalse();
    }

    @Test
    void reserveThatACrashLeavesIsTheEndOfTheLogAndCutOff() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        WriteAheadLog log = open(disk, Durability.FSYNC);
        log.awaitDurable(Logs.append(log, 3));
        disk.setFaults((operation, file) -> FaultyDisk.broken()); // from here on nothing reaches the disk
        assertThat(size()).isGreaterThan(log.bytes());

        LogEnd end = Logs.read(directory).end();
        assertThat(end.lastLsn()).isEqualTo(3);
        assertThat(end.torn()).isNull();
        assertThat(end.reserveOffset()).isEqualTo(end.bytes());
        try (WriteAheadLog recovered = Logs.recover(Logs.DISK, directory, Durability.FSYNC)) {
            assertThat(size()).isEqualTo(end.bytes());
            recovered.awaitDurable(Logs.append(recovered));
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 4));
    }

    @Test
    void rotationLeavesNoReserveInTheSegment() throws IOException {
        try (WriteAheadLog log = open(Logs.DISK, Durability.FSYNC)) {
            log.awaitDurable(Logs.append(log, 3));
            log.rotate();
            log.awaitDurable(Logs.append(log));
            assertThat(Files.size(directory.resolve("karma.wal.1.segment"))).isEqualTo(Logs.lines(1, 3).length);
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 4));
    }

    @Test
    void fileOfZerosIsAnEmptyLog() throws IOException {
        Logs.put(directory, "karma.wal", new byte[5000]);
        LogEnd end = Logs.read(directory).end();
        assertThat(end.lastLsn()).isZero();
        assertThat(end.torn()).isNull();
        assertThat(end.reserveOffset()).isZero();
        assertThat(new NumberedFile(Logs.DISK, directory, "karma.wal", line -> {}).isForeign())
                .isFalse();
    }

    @Test
    void zerosInASegmentAreDamage() throws IOException {
        byte[] lines = Logs.lines(1, 3);
        Logs.put(directory, "karma.wal.1.segment", Arrays.copyOf(lines, lines.length + 512));
        Logs.put(directory, "karma.wal", Logs.lines(4, 1));
        assertThatThrownBy(() -> Logs.read(directory))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("karma.wal.1.segment");
    }

    @Test
    void diskWithoutSpaceForAReserveTakesLinesAllTheSame() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (WriteAheadLog log = open(disk, Durability.FSYNC)) {
            AtomicInteger writes = new AtomicInteger();
            disk.setFaults((operation, file) -> operation == FaultyDisk.Operation.WRITE && writes.getAndIncrement() == 1
                    ? FaultyDisk.noSpace() // the first is a line
                    : null);
            for (int i = 0; i < 3; i++) {
                log.awaitDurable(Logs.append(log));
            }
            assertThat(writes).as("a line each, and the reserve once").hasValue(4);
            assertThat(log.health().state()).isEqualTo(StoreHealth.State.OK);
            assertThat(size()).isEqualTo(log.bytes());
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 3));
    }
}
