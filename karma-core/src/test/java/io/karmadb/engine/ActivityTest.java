package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CheckpointActivity;
import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.LogActivity;
import io.karmadb.StorageException;
import io.karmadb.StoreActivity;
import io.karmadb.Tree;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store says it has done. */
class ActivityTest {
    @TempDir
    Path parent;

    private LogActivity afterTenIncrements(Durability durability) {
        try (TestStore test = new TestStore(parent).with(options -> options.durability(durability))) {
            KarmaStore store = test.open();
            LogActivity before = store.activity().log();
            assertThat(before.writeLines().count()).isZero();
            Tree tree = store.tree("a");
            for (int i = 0; i < 10; i++) {
                tree.increment(i);
            }
            return store.activity().log();
        }
    }

    @Test
    void everyLineIsCountedInAWrite() {
        LogActivity log = afterTenIncrements(Durability.WRITE);
        assertThat(log.writeLines().sum()).isEqualTo(10);
        assertThat(log.writeLines().count()).isEqualTo(log.writeNanos().count());
        assertThat(log.writeNanos().sum()).isPositive();
        assertThat(log.writtenBytes()).isGreaterThan(10 * 50);
    }

    @Test
    void aWriterThatWaitsForEachForceIsCountedInAForceEach() {
        LogActivity log = afterTenIncrements(Durability.FSYNC);
        assertThat(log.forceNanos().count()).isGreaterThanOrEqualTo(10);
        assertThat(log.forceNanos().sum()).isPositive();
    }

    @Test
    void aStoreWithoutALogHasDoneNothingThere() {
        assertThat(afterTenIncrements(Durability.NONE)).isSameAs(LogActivity.NONE);
        try (KarmaStore store = KarmaStore.open(
                KarmaOptions.builder().history(HistoryKind.ON_HEAP).build())) {
            assertThat(store.activity()).isEqualTo(new StoreActivity(LogActivity.NONE, CheckpointActivity.NONE));
        }
    }

    private static void failSnapshots(HookedDisk disk) {
        disk.hook((action, name) -> {
            if (action == HookedDisk.Action.CREATE && name.contains(".tree")) {
                throw new IOException("No space left on device");
            }
        });
    }

    @Test
    void segmentsAreThoseThatTheNextCheckpointMayDelete() {
        HookedDisk disk = new HookedDisk();
        try (TestStore test = new TestStore(parent, disk)) {
            KarmaStore store = test.open();
            store.tree("a").increment(1);
            failSnapshots(disk);
            assertThat(store.checkpoint().failures()).containsOnlyKeys("a");
            assertThat(store.activity().log().segments()).isEqualTo(1);
            disk.hook((action, name) -> {});
            store.tree("a").increment(1);
            assertThat(store.checkpoint().failures()).isEmpty();
            assertThat(store.activity().log().segments()).isZero();
        }
    }

    @Test
    void aCheckpointIsCountedWithItsOutcome() {
        HookedDisk disk = new HookedDisk();
        try (TestStore test = new TestStore(parent, disk)) {
            KarmaStore store = test.open();
            assertThat(store.activity().checkpoints()).isSameAs(CheckpointActivity.NONE);
            store.tree("a").increment(1);
            store.checkpoint();
            CheckpointActivity one = store.activity().checkpoints();
            assertThat(one.nanos().count()).isEqualTo(1);
            assertThat(one.failures()).isZero();
            assertThat(one.lastFailed()).isFalse();
            assertThat(one.lastNanos()).isPositive().isEqualTo(one.nanos().sum());
            assertThat(one.lastSuccessSeconds()).isEqualTo(test.clock.instant().getEpochSecond());

            failSnapshots(disk);
            test.clock.turnTo(TestStore.FIRST_DAY.plusDays(1));
            store.checkpoint();
            CheckpointActivity two = store.activity().checkpoints();
            assertThat(two.nanos().count()).isEqualTo(2);
            assertThat(two.failures()).isEqualTo(1);
            assertThat(two.lastFailed()).isTrue();
            assertThat(two.lastSuccessSeconds()).isEqualTo(one.lastSuccessSeconds());

            disk.hook((action, name) -> {});
            store.checkpoint();
            CheckpointActivity three = store.activity().checkpoints();
            assertThat(three.failures()).isEqualTo(1);
            assertThat(three.lastFailed()).isFalse();
            assertThat(three.lastSuccessSeconds()).isEqualTo(one.lastSuccessSeconds() + 86_400);
        }
    }

    @Test
    void aCheckpointThatThrowsHasFailed() {
        HookedDisk disk = new HookedDisk();
        try (TestStore test = new TestStore(parent, disk)) {
            KarmaStore store = test.open();
            store.tree("a").increment(1);
            disk.hook((action, name) -> {
                if (action == HookedDisk.Action.CREATE && name.equals("karma.wal.tmp")) {
                    throw new IOException("Input/output error");
                }
            });
            assertThatThrownBy(store::checkpoint).isInstanceOf(StorageException.class);
            assertThat(store.activity().checkpoints().failures()).isEqualTo(1);
            assertThat(store.activity().checkpoints().lastFailed()).isTrue();
            assertThat(store.activity().checkpoints().lastSuccessSeconds()).isZero();
        }
    }
}
