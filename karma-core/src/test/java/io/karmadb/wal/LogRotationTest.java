package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of a log: new ones, older ones, and those that go. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogRotationTest {
    @TempDir
    private Path directory;

    @Test
    void rotationLeavesASegmentAndGoesOnInANewFile() throws IOException {
        long bytes;
        try (WriteAheadLog log = Logs.open(Logs.DISK, directory, Durability.FSYNC)) {
            assertThat(log.rotate()).isZero();
            Logs.append(log, 5);
            assertThat(log.rotate()).isEqualTo(5);
            assertThat(log.rotate()).isEqualTo(5);
            Logs.append(log, 3);
            assertThat(log.rotate()).isEqualTo(8);
            log.awaitDurable(Logs.append(log, 2));
            bytes = log.bytes();
        }
        LogFiles files = LogFiles.list(Logs.DISK, directory);
        assertThat(files.names()).containsExactly("karma.wal.1.segment", "karma.wal.6.segment", "karma.wal");
        assertThat(files.bytes()).isEqualTo(bytes);
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
    void aNewFileLeavesTheOldOneUntouchedAlsoUnderItsOtherName() throws IOException {
        byte[] unended = Arrays.copyOf(Logs.lines(1, 2), Logs.lines(1, 2).length - 1);
        Logs.put(directory, "karma.wal", unended);
        Files.createLink(directory.resolve("elsewhere"), directory.resolve("karma.wal"));
        long bytes;
        try (WriteAheadLog log = WriteAheadLog.open(Logs.DISK, directory, Durability.FSYNC, 2, 1, true)) {
            log.awaitDurable(Logs.append(log));
            bytes = log.bytes();
        }
        assertThat(LogFiles.list(Logs.DISK, directory).bytes()).isEqualTo(bytes);
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
}
