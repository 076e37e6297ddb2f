package io.karmadb.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.DiskFullException;
import io.karmadb.Durability;
import io.karmadb.KarmaStore;
import io.karmadb.StorageException;
import io.karmadb.StoreHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Lets the disk run full and have space again. The log looks for space once a second, so the runs wait side by side. */
class DiskFullTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    @BeforeAll
    static void expectCrashes() {
        CrashError.expectInThreads();
    }

    private interface Run {
        void run() throws Exception;
    }

    private static void sideBySide(List<Run> runs) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(runs.size());
        try {
            List<Future<?>> all = new ArrayList<>();
            for (Run run : runs) {
                all.add(pool.submit(() -> {
                    run.run();
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(2, TimeUnit.MINUTES);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aFullDiskRefusesWritesServesReadsAndTheStoreGoesOnByItself() throws Exception {
        List<Run> runs = new ArrayList<>();
        for (Durability durability : List.of(Durability.FSYNC, Durability.WRITE)) {
            for (long left : new long[] {0, 1, 50, 99, 137, 1000}) {
                runs.add(() -> fillAndGoOn(durability, left));
            }
        }
        sideBySide(runs);
    }

    /** Lets the space end some bytes behind what is used, in the middle of a line or not. */
    private static void fillAndGoOn(Durability durability, long left) {
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        KarmaStore store = Stores.open(disk, durability);
        ModelState model = ModelState.EMPTY;
        model = increment(store, model, 1);
        store.checkpoint();
        disk.limitSpace(disk.usedBytes() + left);
        boolean refused = false;
        for (int i = 0; !refused; i++) {
            assertThat(i).as("writes on a full disk").isLessThan(1000);
            try {
                model = increment(store, model, i % 3);
            } catch (DiskFullException e) {
                assertThat(e.outcomeUnknown()).isFalse();
                assertThat(e).hasMessageContaining("space");
                refused = true;
            }
        }
        assertThat(store.health().state()).isEqualTo(StoreHealth.State.DISK_FULL);
        assertThat(ModelState.of(store).same(model)).isTrue();
        assertThatThrownBy(() -> store.createTree("more")).isInstanceOf(DiskFullException.class);
        DiskState full = disk.state();

        disk.unlimitSpace();
        awaitOk(store);
        ModelState after = increment(store, model, 7);
        assertThat(store.verify().problems()).isEmpty();
        store.close();
        assertRestores(disk.state(), after);
        // Killed while it was full: all that was acknowledged is there, and no half line.
        assertRestores(full, model);
    }

    @Test
    void aWriteThatWasAcceptedWaitsForSpaceWhereNotEvenTheBallastGivesEnough() throws Exception {
        List<Run> runs = new ArrayList<>();
        for (int missing : new int[] {0, 1, 100}) {
            runs.add(() -> {
                SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
                KarmaStore store = Stores.open(disk, Durability.FSYNC);
                ModelState model = increment(store, ModelState.EMPTY, 1);
                long ballast = Directory.filesOf(disk.state()).get("karma.ballast").length;
                disk.limitSpace(disk.usedBytes() - ballast - missing + 50);
                ExecutorService client = Executors.newSingleThreadExecutor();
                Future<ModelState> waiting = client.submit(() -> increment(store, model, 2));
                long end = System.nanoTime() + PATIENCE_NANOS;
                while (store.health().state() != StoreHealth.State.DISK_FULL) {
                    assertThat(System.nanoTime() - end).isNegative();
                    LockSupport.parkNanos(1_000_000);
                }
                disk.unlimitSpace();
                ModelState after = waiting.get(1, TimeUnit.MINUTES);
                client.shutdown();
                awaitOk(store);
                after = increment(store, after, 3);
                store.close();
                assertRestores(disk.state(), after);
            });
        }
        sideBySide(runs);
    }

    @Test
    void aCheckpointOnAFullDiskFailsAndLosesNothing() throws Exception {
        SimulatedDisk disk = Stores.disk(SimulatedDisk.empty());
        KarmaStore store = Stores.open(disk, Durability.FSYNC);
        ModelState model = increment(store, ModelState.EMPTY, 1);
        for (long left = 0; left < 700; left += 23) {
            disk.limitSpace(disk.usedBytes() + left);
            try {
                assertThat(store.checkpoint().failures()).isNotNull();
            } catch (StorageException | DiskFullException e) {
                assertThat(e).hasMessageContaining("space");
            }
            disk.unlimitSpace();
            assertRestores(disk.state(), model);
            model = increment(store, model, left);
        }
        assertThat(store.checkpoint().failures()).isEmpty();
        store.close();
        assertRestores(disk.state(), model);
    }

    private static ModelState increment(KarmaStore store, ModelState model, long key) {
        store.tree("links").increment(key);
        return model.change("links", key, buckets -> buckets.merge(20261120, 1L, Long::sum));
    }

    private static void awaitOk(KarmaStore store) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (store.health().state() != StoreHealth.State.OK) {
            assertThat(System.nanoTime() - end).as("no space noticed").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void assertRestores(DiskState state, ModelState expected) {
        SimulatedDisk next = Stores.disk(state.crash(Loss.NOTHING, new Random(0)));
        try (KarmaStore store = Stores.open(next, Durability.FSYNC)) {
            ModelState found = ModelState.of(store);
            assertThat(found.same(expected))
                    .as("found=%s, expected=%s", found, expected)
                    .isTrue();
            Leftovers.requireNone(next, Player.DIRECTORY);
        }
    }
}
