package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CheckpointReport;
import io.karmadb.DayRange;
import io.karmadb.DiskFullException;
import io.karmadb.Durability;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.LogFailedException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.StorageException;
import io.karmadb.StoreHealth;
import io.karmadb.Ticket;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store on a disk that fails or is full. */
@Tag("exhaustive")
class FailingDiskTest {
    private static final HookedDisk.Hook SOUND = (action, name) -> {};

    @TempDir
    Path parent;

    private final HookedDisk disk = new HookedDisk();
    private TestStore test;

    private void open(Durability durability) {
        test = new TestStore(parent, disk).with(options -> options.durability(durability));
        test.open();
    }

    @AfterEach
    void close() {
        disk.hook(SOUND);
        test.close();
    }

    /** Lets every attempt at something fail from now on. */
    private void fail(HookedDisk.Action action, String nameRegex, String message) {
        disk.hook((next, name) -> {
            if (next == action && name.matches(nameRegex)) {
                throw new IOException(message);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = HookedDisk.Action.class,
            names = {"WRITE", "FORCE"})
    void aLogThatFailsOnceFailsForGoodAndAcknowledgesNothingMore(HookedDisk.Action action) throws Exception {
        open(Durability.FSYNC);
        KarmaStore store = test.store();
        test.tree("a").increment(1);
        String file = store.snapshot("a").name();
        int[] failures = new int[1];
        disk.hook((next, name) -> {
            if (next == action && name.equals("karma.wal") && failures[0]++ == 0) {
                throw new IOException("broken");
            }
        });
        assertThatThrownBy(() -> test.tree("a").increment(1))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("broken");
        long lsn = store.statistics().lastLsn();
        List<ThrowingCallable> writes = List.of(
                () -> test.tree("a").increment(1),
                () -> test.tree("a").decrement(1),
                () -> test.tree("a").reset(),
                () -> test.tree("new").increment(1),
                () -> test.tree("a").deferred().increment(1, Ticket.neverWaiting()),
                () -> store.createTree("new"),
                () -> store.dropTree("a"),
                () -> store.load(file));
        for (ThrowingCallable write : writes) {
            assertThatThrownBy(write)
                    .isInstanceOf(LogFailedException.class)
                    .hasMessageContaining(test.directory().toString());
        }
        assertThat(store.statistics().lastLsn()).isEqualTo(lsn);
        assertThat(test.tree("a").sum(1)).isEqualTo(2);
        assertThat(test.tree("a").find(1, DayRange.ALL).size()).isEqualTo(1);
        assertThat(store.trees()).containsExactly("a");
        assertThat(store.health().state()).isEqualTo(StoreHealth.State.FAILED);
        assertThat(store.health().message()).contains("restart");
        assertThat(store.isDurable(lsn)).isFalse();
        assertThat(store.isDurable(lsn - 1)).isTrue();
        assertThatThrownBy(() -> Durable.await(store, lsn)).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(store::sync).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(store::checkpoint).isInstanceOf(KarmaException.class);
        assertThatThrownBy(() -> store.snapshot("a")).isInstanceOf(KarmaException.class);
        assertThat(store.verify().problems()).singleElement().asString().contains("log has failed");
        assertThatThrownBy(store::close).isInstanceOf(OutcomeUnknownException.class);
        test.open();
        assertThat(test.tree("a").sum(1)).isBetween(1L, 2L);
        assertThat(test.store().health().state()).isEqualTo(StoreHealth.State.OK);
        assertThat(Directories.names(test.directory(), ".*\\.tmp")).isEmpty();
    }

    @Test
    void aFailedForceInTheBackgroundFailsTheLogToo() {
        open(Durability.WRITE);
        fail(HookedDisk.Action.FORCE, "karma\\.wal", "broken");
        test.tree("a").increment(1);
        assertThatThrownBy(() -> test.store().sync()).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> test.tree("a").increment(1)).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(() -> test.store().close()).isInstanceOf(OutcomeUnknownException.class);
        disk.hook(SOUND);
        assertThat(test.open().tree("a").sum(1)).isEqualTo(1);
    }

    @Test
    void afterADiskFullInTheMiddleOfALineTheStoreGoesOnByItselfAndNothingIsLost() {
        SmallDisk small = new SmallDisk();
        test = new TestStore(parent, small);
        test.open();
        KarmaStore store = test.store();
        test.tree("a").increment(1);
        small.setSpace(10);
        long acknowledged = 1;
        // The ballast takes what was accepted before the flusher noticed; then it is over.
        while (store.health().state() == StoreHealth.State.OK) {
            try {
                test.tree("a").increment(1);
                acknowledged++;
            } catch (DiskFullException e) {
                assertThat(e).hasMessageContaining(test.directory().toString());
            }
        }
        small.setSpace(0);
        assertThat(acknowledged).isGreaterThan(1);
        assertThat(store.health().state()).isEqualTo(StoreHealth.State.DISK_FULL);
        long lsn = store.statistics().lastLsn();
        assertThatThrownBy(() -> test.tree("a").increment(1)).isInstanceOf(DiskFullException.class);
        assertThatThrownBy(() -> store.createTree("b")).isInstanceOf(DiskFullException.class);
        assertThatThrownBy(() -> store.dropTree("a")).isInstanceOf(DiskFullException.class);
        assertThat(store.statistics().lastLsn()).isEqualTo(lsn);
        assertThat(test.tree("a").sum(1)).isEqualTo(acknowledged);
        small.setSpace(1L << 30);
        Background.await(() -> store.health().state() == StoreHealth.State.OK);
        for (int i = 0; i < 3; i++) {
            test.tree("a").increment(1);
        }
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(acknowledged + 3);
        assertThat(test.store().restoreReport().tornBytes()).isZero();
    }

    @Test
    void aTreeThatCannotBeWrittenKeepsItsSnapshotAndTheLogThatItNeeds() {
        open(Durability.WRITE);
        test.tree("a").increment(1);
        test.tree("b").increment(1);
        test.store().checkpoint();
        test.tree("a").increment(1);
        test.tree("b").increment(1);
        fail(HookedDisk.Action.WRITE, ".*_a\\.tree\\.tmp", "No space left on device");
        CheckpointReport report = test.store().checkpoint();
        assertThat(report.failures()).containsOnlyKeys("a");
        assertThat(report.failures().get("a")).contains("No space left on device");
        assertThat(report.snapshots())
                .singleElement()
                .satisfies(file -> assertThat(file.tree()).isEqualTo("b"));
        assertThat(test.store().health().message()).contains("a=");
        assertThat(Directories.names(test.directory(), "karma\\.wal\\..*\\.segment"))
                .hasSize(1);
        test.tree("a").increment(1);
        Path kill = test.copy();
        disk.hook(SOUND);
        assertThat(test.store().checkpoint().failures()).isEmpty();
        assertThat(test.store().health().message()).isEmpty();
        assertThat(Directories.names(test.directory(), "karma\\.wal\\..*\\.segment"))
                .isEmpty();
        test.inspect(kill, store -> {
            assertThat(store.tree("a").sum(1)).isEqualTo(3);
            assertThat(store.tree("b").sum(1)).isEqualTo(2);
        });
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(3);
    }

    /** A step of a checkpoint whose failure ends it, but not the store. */
    enum Step {
        NEW_LOG_FILE(HookedDisk.Action.CREATE, "karma\\.wal\\.tmp"),
        MANIFEST_MADE(HookedDisk.Action.CREATE, "karma\\.manifest\\.tmp"),
        MANIFEST_FORCED(HookedDisk.Action.FORCE, "karma\\.manifest\\.tmp"),
        MANIFEST_RENAMED(HookedDisk.Action.RENAME, "karma\\.manifest"),
        SEGMENT_DELETED(HookedDisk.Action.DELETE, "karma\\.wal\\.1\\.segment");

        private final HookedDisk.Action action;
        private final String name;

        Step(HookedDisk.Action action, String name) {
            this.action = action;
            this.name = name;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCheckpointThatFailsLosesNothingAndTheNextOneSucceeds(Step step) {
        open(Durability.WRITE);
        test.tree("a").increment(1);
        fail(step.action, step.name, "refused");
        assertThatThrownBy(() -> test.store().checkpoint())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("refused");
        test.tree("a").increment(1);
        assertThat(test.store().health().state()).isEqualTo(StoreHealth.State.OK);
        Path kill = test.copy();
        disk.hook(SOUND);
        assertThat(test.store().verify().problems()).isEmpty();
        assertThat(test.store().checkpoint().failures()).isEmpty();
        assertThat(test.file("karma.wal")).isEmptyFile();
        test.inspect(kill, store -> assertThat(store.tree("a").sum(1)).isEqualTo(2));
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(2);
    }

    @Test
    void aRotationThatFailsHalfwayFailsTheLog() {
        open(Durability.WRITE);
        test.tree("a").increment(1);
        fail(HookedDisk.Action.RENAME, "karma\\.wal", "refused");
        assertThatThrownBy(() -> test.store().checkpoint()).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> test.tree("a").increment(1)).isInstanceOf(LogFailedException.class);
        assertThat(test.tree("a").sum(1)).isEqualTo(1);
        Path kill = test.copy();
        disk.hook(SOUND);
        test.inspect(kill, store -> assertThat(store.tree("a").sum(1)).isEqualTo(1));
    }

    @Test
    void aCheckpointIsOnTheDeviceBeforeTheLogIsCut() {
        open(Durability.WRITE);
        test.tree("a").increment(1);
        List<String> steps = new ArrayList<>();
        disk.hook((action, name) -> {
            synchronized (steps) {
                steps.add(action + " " + name);
            }
        });
        String file = test.store().checkpoint().snapshots().get(0).name();
        disk.hook(SOUND);
        String directory = "FORCE_DIRECTORY " + test.directory().getFileName();
        assertThat(steps)
                .containsSubsequence(
                        "FORCE karma.wal",
                        "RENAME karma.wal.1.segment",
                        directory,
                        "RENAME karma.wal",
                        directory,
                        "FORCE " + file + ".tmp",
                        "RENAME " + file,
                        directory,
                        "FORCE karma.manifest.tmp",
                        "RENAME karma.manifest",
                        directory,
                        "DELETE karma.wal.1.segment",
                        directory);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoadedFileIsOnTheDeviceBeforeTheLineThatLoadsIt(boolean readOnly) {
        open(Durability.FSYNC);
        test.tree("a").increment(1);
        String file = test.store().snapshot("a").name();
        List<String> steps = new ArrayList<>();
        disk.hook((action, name) -> {
            if (readOnly && steps.isEmpty() && name.equals(file)) {
                steps.add("refused");
                throw new AccessDeniedException(name);
            }
            synchronized (steps) {
                steps.add(action + " " + name);
            }
        });
        test.store().load(file);
        disk.hook(SOUND);
        String directory = "FORCE_DIRECTORY " + test.directory().getFileName();
        if (readOnly) {
            assertThat(steps).containsSubsequence("refused", "OPEN " + file, directory, "WRITE karma.wal");
        } else {
            assertThat(steps).containsSubsequence("FORCE " + file, directory, "WRITE karma.wal");
        }
    }

    @Test
    void anOlderServersSnapshotIsOnTheDeviceBeforeTheManifestNamesIt() {
        test = new TestStore(parent, disk).makeDirectory();
        OlderServerFiles.write(
                test.file("5_a.tree"),
                StoreContents.parse("a\n\t1 20240101=1\n", TestStore.FIRST_DAY).get("a"));
        List<String> steps = new ArrayList<>();
        disk.hook((action, name) -> {
            synchronized (steps) {
                steps.add(action + " " + name);
            }
        });
        test.open();
        disk.hook(SOUND);
        String directory = "FORCE_DIRECTORY " + test.directory().getFileName();
        assertThat(steps).containsSubsequence("FORCE 5_a.tree", directory, "RENAME karma.manifest", directory);
    }

    @Test
    void aDirectoryThatCannotBeWrittenToIsRefusedAndNotKeptLocked() {
        test = new TestStore(parent, disk);
        disk.hook((action, name) -> {
            if (action != HookedDisk.Action.OPEN) {
                throw new IOException("Read-only file system");
            }
        });
        assertThatThrownBy(() -> test.open())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Read-only file system")
                .hasMessageContaining(test.directory().toString());
        test.makeDirectory();
        disk.hook((action, name) -> {
            if (action != HookedDisk.Action.OPEN && action != HookedDisk.Action.CREATE_DIRECTORY) {
                throw new IOException("Read-only file system");
            }
        });
        assertThatThrownBy(() -> test.open())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Read-only file system")
                .hasMessageContaining(test.directory().toString());
        disk.hook(SOUND);
        test.open().tree("a").increment(1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(1);
    }
}
