package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRepairTest {
    @TempDir
    private Path directory;

    private TornTail tear(String tail) throws IOException {
        Logs.put(directory, "karma.wal", Logs.lines(1, 3), Logs.utf8(tail));
        return Logs.read(directory).end().torn();
    }

    @Test
    void whatIsCutOffIsKept() throws IOException {
        byte[] good = Logs.lines(1, 3);
        assertThat(LogRepair.cut(Logs.DISK, directory, tear("{\"lsn\":4,"))).isEqualTo("karma.wal.4.torn");
        assertThat(LogRepair.cut(Logs.DISK, directory, tear("other"))).isEqualTo("karma.wal.4.2.torn");
        assertThat(LogRepair.cut(Logs.DISK, directory, tear("third"))).isEqualTo("karma.wal.4.3.torn");
        assertThat(Logs.bytes(directory, "karma.wal")).isEqualTo(good);
        assertThat(Logs.bytes(directory, "karma.wal.4.torn")).isEqualTo(Logs.utf8("{\"lsn\":4,"));
        assertThat(Logs.bytes(directory, "karma.wal.4.2.torn")).isEqualTo(Logs.utf8("other"));
        assertThat(Logs.read(directory).end().torn()).isNull();
        try (WriteAheadLog log = Logs.recover(Logs.DISK, directory, Durability.FSYNC)) {
            Logs.append(log);
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 4));
    }

    @Test
    void theCopyIsForcedBeforeTheCut() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        LogRepair.cut(disk, directory, tear("tail"));
        assertThat(disk.journal())
                .containsExactly(
                        "OPEN karma.wal",
                        "OPEN karma.wal.4.torn",
                        "WRITE karma.wal.4.torn",
                        "FORCE karma.wal.4.torn",
                        "FORCE_DIRECTORY " + directory.getFileName(),
                        "FORCE karma.wal");
    }

    @Test
    void aFailureAnywhereLosesNothingAndItCanBeDoneAgain() throws IOException {
        boolean done = false;
        for (int failing = 0; !done; failing++) {
            TornTail torn = tear("some unfinished line");
            FaultyDisk disk = new FaultyDisk();
            int n = failing;
            disk.setFaults((operation, file) -> disk.journal().size() == n + 1 ? FaultyDisk.broken() : null);
            try {
                LogRepair.cut(disk, directory, torn);
                done = true;
            } catch (StorageException e) {
                assertThat(e).hasMessageContaining("karma.wal");
                boolean kept = Files.size(directory.resolve("karma.wal")) > torn.offset();
                assertThat(kept || disk.journal().contains("FORCE karma.wal")).isTrue();
            }
        }
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, 3));
    }

    @Test
    void securingAnOlderServersLogKeepsTheTimeThatTellsTheDayOfItsLines() throws IOException {
        Logs.put(directory, "karma.wal", Logs.utf8("{\"command\":\"create\",\"tree_name\":\"a\"}\n"));
        FileTime yesterday = FileTime.from(Instant.parse("2026-11-22T12:00:00Z"));
        Files.setLastModifiedTime(directory.resolve("karma.wal"), yesterday);
        LogEnd end = LogReader.read(Logs.DISK, directory, 0, 0, Long.MAX_VALUE, null, true, line -> {});
        LogRepair.secure(Logs.DISK, directory, end);
        assertThat(Files.getLastModifiedTime(directory.resolve("karma.wal"))).isEqualTo(yesterday);
    }

    @Test
    void securingWritesAgainWhatIsNotKnownToHaveBeenForced() throws IOException {
        byte[] lines = Logs.lines(1, 3);
        Logs.put(directory, "karma.wal", lines);
        FaultyDisk disk = new FaultyDisk();
        LogRepair.secure(disk, directory, Logs.read(directory).end());
        assertThat(disk.journal()).contains("WRITE karma.wal", "FORCE karma.wal");
        assertThat(Logs.bytes(directory, "karma.wal")).isEqualTo(lines);
    }

    @Test
    void aMissingFileIsAnError() {
        assertThatThrownBy(() -> LogRepair.cut(Logs.DISK, directory, new TornTail("karma.wal", 0, 1, 1)))
                .isInstanceOf(StorageException.class);
    }
}
