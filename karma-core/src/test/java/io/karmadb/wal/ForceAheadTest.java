package io.karmadb.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.StoreHealth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForceAheadTest {
    private static final int MUCH_BYTES = 3 << 20;

    /** How the journal shows a force through a file that is not the log's own, which was opened by another name. */
    private static final String AHEAD = "FORCE " + LogFiles.CURRENT;

    private final FaultyDisk disk = new FaultyDisk();

    @TempDir
    private Path directory;

    private WriteAheadLog open() {
        LogSettings settings = Logs.ON_DEMAND.withBufferBytes(2 * MUCH_BYTES);
        return WriteAheadLog.open(disk, directory, Durability.BUFFERED, 0, 1, false, settings);
    }

    private static long writeMuch(WriteAheadLog log) {
        long lsn;
        do {
            lsn = Logs.append(log, 1000);
            log.flush(lsn);
        } while (log.bytes() < MUCH_BYTES);
        return lsn;
    }

    @Test
    void whoeverWritesIsNotHeldUpWhileARotationForcesMuch() throws Exception {
        try (WriteAheadLog log = open()) {
            long before = writeMuch(log);
            CompletableFuture<Long> rotation;
            long during;
            try (FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.FORCE)) {
                rotation = CompletableFuture.supplyAsync(log::rotate);
                gate.awaitArrival();
                during = Logs.append(log);
                log.flush(during);
                assertThat(rotation).isNotDone();
            }
            assertThat(rotation.get()).isEqualTo(during);
            assertThat(during).isEqualTo(before + 1);
            assertThat(disk.journal()).contains(AHEAD);
        }
    }

    @Test
    void whoeverWritesIsNotHeldUpWhileASyncForcesMuch() throws Exception {
        try (WriteAheadLog log = open()) {
            long before = writeMuch(log);
            CompletableFuture<Void> sync;
            try (FaultyDisk.Gate gate = disk.hold(FaultyDisk.Operation.FORCE)) {
                sync = CompletableFuture.runAsync(() -> log.sync(before));
                gate.awaitArrival();
                log.flush(Logs.append(log));
                assertThat(sync).isNotDone();
            }
            sync.get();
        }
        disk.losePower();
        assertThat(Logs.read(directory).lsns()).hasSizeGreaterThan(1000);
    }

    @Test
    void aLogWithLittleToForceIsForcedOnce() {
        try (WriteAheadLog log = open()) {
            log.flush(Logs.append(log));
            log.rotate();
        }
        assertThat(disk.journal()).doesNotContain(AHEAD);
    }

    @Test
    void aForceAheadThatFailsLeavesTheMatterToTheLogsOwn() throws IOException {
        long last;
        try (WriteAheadLog log = open()) {
            last = writeMuch(log);
            disk.setFaults(
                    (operation, file) -> operation == FaultyDisk.Operation.FORCE && file.endsWith(LogFiles.CURRENT)
                            ? FaultyDisk.broken()
                            : null);
            assertThat(log.rotate()).isEqualTo(last);
            assertThat(log.health().state()).isEqualTo(StoreHealth.State.OK);
        }
        disk.losePower();
        assertThat(Logs.read(directory).lsns()).isEqualTo(Logs.range(1, last));
    }
}
