package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
    @TempDir
    private Path directory;

    private LogFiles files() {
        return LogFiles.list(Logs.DISK, directory);
    }

    @Test
    void filesComeInTheOrderOfTheirLines() throws IOException {
        assertThat(files().any()).isFalse();
        for (long lsn : new long[] {1000, 9, 100}) {
            Logs.put(directory, "karma.wal." + lsn + ".segment", Logs.lines(lsn, 1));
        }
        assertThat(files().any()).isTrue();
        Logs.put(directory, "karma.wal", Logs.lines(1001, 1));
        assertThat(files().names())
                .containsExactly("karma.wal.9.segment", "karma.wal.100.segment", "karma.wal.1000.segment", "karma.wal");
        assertThat(files().bytes())
                .isEqualTo(Logs.lines(9, 1).length + Logs.lines(100, 1).length + 2 * Logs.lines(1000, 1).length);
    }

    @Test
    void aRotationThatACrashInterruptedIsFinished() throws IOException {
        Logs.put(directory, "karma.wal.1.segment", Logs.lines(1, 3));
        Logs.put(directory, "karma.wal.tmp");
        assertThat(files().unfinishedRotation()).isTrue();
        assertThat(Logs.read(directory).end().currentFirstLsn()).isEqualTo(4);
        LogFiles.finishRotation(Logs.DISK, directory);
        assertThat(files().unfinishedRotation()).isFalse();
        assertThat(files().names()).containsExactly("karma.wal.1.segment", "karma.wal");
        LogFiles.finishRotation(Logs.DISK, directory);
        try (WriteAheadLog log = Logs.recover(Logs.DISK, directory, Durability.FSYNC)) {
            Logs.append(log);
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 4));
    }

    @Test
    void aFileThatIsNoRotationIsNotTakenForOne() throws IOException {
        Logs.put(directory, "karma.wal.tmp", Logs.lines(1, 1));
        assertThatThrownBy(() -> LogFiles.finishRotation(Logs.DISK, directory))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("must be empty");
    }

    @Test
    void sweepingDeletesWhatNobodyNeeds() throws IOException {
        Logs.put(directory, "karma.wal.tmp");
        assertThat(LogFiles.sweep(Logs.DISK, directory)).isEmpty();
        Logs.put(directory, "karma.wal", Logs.lines(1, 1));
        Logs.put(directory, "karma.ballast", new byte[10]);
        Logs.put(directory, "karma.wal.1.torn", new byte[10]);
        assertThat(files().unfinishedRotation()).isFalse();
        assertThat(LogFiles.sweep(Logs.DISK, directory)).containsExactly("karma.wal.tmp", "karma.ballast");
        assertThat(Logs.DISK.list(directory)).containsExactlyInAnyOrder("karma.wal", "karma.wal.1.torn");
    }

    @Test
    void deletingALogGoesFromItsOldestFileToItsNewest() throws IOException {
        Logs.put(directory, "karma.wal.1.segment", Logs.lines(1, 1));
        Logs.put(directory, "karma.wal.2.segment", Logs.lines(2, 1));
        Logs.put(directory, "karma.wal", Logs.lines(3, 1));
        Logs.put(directory, "other");
        FaultyDisk disk = new FaultyDisk();
        LogFiles.deleteAll(disk, directory);
        assertThat(disk.journal())
                .containsExactly(
                        "DELETE karma.wal.1.segment",
                        "DELETE karma.wal.2.segment",
                        "DELETE karma.wal",
                        "FORCE_DIRECTORY " + directory.getFileName());
        assertThat(Logs.DISK.list(directory)).containsExactly("other");
        LogFiles.deleteAll(disk, directory);
    }

    @Test
    void aDirectoryThatIsMissingIsAnError() throws IOException {
        Files.delete(directory);
        assertThatThrownBy(this::files).isInstanceOf(StorageException.class);
        Files.createDirectory(directory);
    }
}
