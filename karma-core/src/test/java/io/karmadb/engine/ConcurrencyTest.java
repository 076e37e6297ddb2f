package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.DayRange;
import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaStore;
import io.karmadb.SnapshotNotFoundException;
import io.karmadb.StorageException;
import io.karmadb.StoreClosedException;
import io.karmadb.Tree;
import io.karmadb.TreeNotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many threads on few keys while everything else goes on. */
class ConcurrencyTest {
    private static final int WRITERS = 4;
    private static final int COMMANDS = 3_000;

    /** Keys that are incremented and decremented. */
    private static final int KEYS = 5;

    /** The key that is only ever incremented. */
    private static final int GROWING = 1_000;

    @TempDir
    Path parent;

    private final WatchedDisk disk = new WatchedDisk();
    private final long seed = new Random().nextLong();
    private final AtomicLongArray added = new AtomicLongArray(KEYS);
    private final AtomicLongArray taken = new AtomicLongArray(KEYS);
    private final AtomicLong attempted = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private TestStore test;

    private void open(HistoryKind history, Durability durability) {
        test = new TestStore(parent, disk)
                .with(options -> options.history(history).durability(durability));
        test.open();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void write(int number) {
        Random random = new Random(seed + number);
        Tree tree = test.store().tree("hot");
        for (int i = 0; i < COMMANDS; i++) {
            int key = random.nextInt(KEYS);
            int amount = 1 + random.nextInt(3);
            int day = 20261101 + random.nextInt(4);
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    tree.increment(key, amount);
                    added.addAndGet(key, amount);
                }
                case 2 -> {
                    tree.incrementOn(day, key, amount);
                    added.addAndGet(key, amount);
                }
                case 3 -> taken.addAndGet(key, tree.decrement(key, amount));
                case 4 -> taken.addAndGet(key, tree.decrementOn(day, key, amount));
                default -> {
                    attempted.incrementAndGet();
                    tree.increment(GROWING);
                    acknowledged.incrementAndGet();
                }
            }
        }
    }

    /** Does to another tree, and to a third, all that can be done to whole trees. */
    private void disturb(AtomicBoolean over) {
        Random random = new Random(seed);
        KarmaStore store = test.store();
        String file = snapshotOfOther(store);
        while (!over.get()) {
            switch (random.nextInt(5)) {
                case 0 -> file = loaded(store, file);
                case 1 -> dropIfThere("other");
                case 2 -> store.tree("other").reset();
                case 3 -> store.tree("swept").delete(DayRange.of(store.today()));
                default -> store.tree("other").increment(random.nextInt(100));
            }
            store.tree("swept").increment(random.nextInt(1_000));
        }
    }

    private static String snapshotOfOther(KarmaStore store) {
        store.tree("other").increment(1);
        return store.snapshot("other").name();
    }

    /** Loads a file, or makes another one if checkpoints have pruned it. */
    private static String loaded(KarmaStore store, String file) {
        try {
            store.load(file);
            return file;
        } catch (SnapshotNotFoundException pruned) {
            return snapshotOfOther(store);
        }
    }

    private void dropIfThere(String tree) {
        try {
            test.store().dropTree(tree);
        } catch (TreeNotFoundException e) {
            assertThat(e).hasMessageContaining(tree);
        }
    }

    private void save(AtomicBoolean over) {
        KarmaStore store = test.store();
        while (!over.get()) {
            store.tree("hot").increment(GROWING + 1);
            store.snapshot("hot");
            assertThat(store.verify().problems()).as("seed=%d", seed).isEmpty();
            assertThat(store.checkpoint().failures()).isEmpty();
            assertThat(store.verify().problems()).as("seed=%d", seed).isEmpty();
            test.turnDay();
        }
    }

    private record Kill(Path directory, long acknowledgedBefore, long attemptedAfter) {}

    @ParameterizedTest
    @EnumSource
    void nothingIsLostAndNothingCountsTwice(HistoryKind history) throws Throwable {
        open(history, Durability.WRITE);
        test.tree("hot").increment(GROWING);
        attempted.incrementAndGet();
        acknowledged.incrementAndGet();
        AtomicBoolean over = new AtomicBoolean();
        Background<Void> saver = Background.run(() -> save(over));
        Background<Void> disturber = Background.run(() -> disturb(over));
        List<Background<Void>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int number = i + 1;
            writers.add(Background.run(() -> write(number)));
        }
        List<Kill> kills = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            long until = (long) i * WRITERS * COMMANDS / 6 / 4;
            Background.await(
                    () -> acknowledged.get() >= until || writers.stream().allMatch(Background::isDone));
            long before = acknowledged.get();
            Path[] copy = new Path[1];
            disk.between(() -> copy[0] = test.copy());
            kills.add(new Kill(copy[0], before, attempted.get()));
        }
        for (Background<Void> writer : writers) {
            writer.result();
        }
        over.set(true);
        saver.result();
        disturber.result();

        for (int key = 0; key < KEYS; key++) {
            assertThat(test.tree("hot").sum(key))
                    .as("seed=%d, key=%d", seed, key)
                    .isEqualTo(added.get(key) - taken.get(key));
        }
        assertThat(test.tree("hot").sum(GROWING)).isEqualTo(acknowledged.get()).isEqualTo(attempted.get());
        assertThat(test.store().verify().problems()).isEmpty();
        for (Kill kill : kills) {
            test.inspect(
                    kill.directory,
                    store -> assertThat(store.tree("hot").sum(GROWING))
                            .as("seed=%d", seed)
                            .isBetween(kill.acknowledgedBefore, kill.attemptedAfter));
        }
        var contents = test.contents();
        test.killAndRestart();
        assertThat(test.contents()).as("seed=%d", seed).isEqualTo(contents);
    }

    @ParameterizedTest
    @EnumSource(names = {"FSYNC", "WRITE", "BUFFERED"})
    void aCloseDuringWritesLosesNoAcknowledgedOne(Durability durability) throws Throwable {
        open(HistoryKind.ON_HEAP, durability);
        KarmaStore store = test.store();
        AtomicLongArray counts = new AtomicLongArray(WRITERS);
        List<Background<Void>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int key = i;
            writers.add(Background.run(() -> {
                try {
                    while (true) {
                        store.tree("a").increment(key);
                        counts.incrementAndGet(key);
                    }
                } catch (StoreClosedException e) {
                    assertThat(e.outcomeUnknown()).isFalse();
                }
            }));
        }
        for (int i = 0; i < WRITERS; i++) {
            int key = i;
            Background.await(() -> counts.get(key) >= 20);
        }
        store.close();
        for (Background<Void> writer : writers) {
            writer.result();
        }
        test.open();
        for (int key = 0; key < WRITERS; key++) {
            assertThat(test.tree("a").sum(key)).isEqualTo(counts.get(key));
        }
    }

    @Test
    void aResetOfTheWholeTreeComesBetweenWritesInOneOrderForAll() throws Throwable {
        open(HistoryKind.OFF_HEAP, Durability.WRITE);
        Tree tree = test.tree("a");
        List<Background<Void>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(seed + i);
            writers.add(Background.run(() -> {
                for (int command = 0; command < COMMANDS; command++) {
                    tree.incrementOn(20261101 + random.nextInt(3), random.nextInt(300), 1);
                }
            }));
        }
        for (int i = 0; !writers.stream().allMatch(Background::isDone); i++) {
            if (i % 2 == 0) {
                tree.reset();
            } else {
                tree.delete(DayRange.of(20261101 + i % 3));
            }
            if (i % 20 == 0) {
                assertThat(test.store().verify().problems()).as("seed=%d", seed).isEmpty();
            }
        }
        for (Background<Void> writer : writers) {
            writer.result();
        }
        assertThat(test.store().verify().problems()).as("seed=%d", seed).isEmpty();
        SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> contents = new TreeMap<>(test.contents());
        test.killAndRestart();
        assertThat(test.contents()).as("seed=%d", seed).isEqualTo(contents);
    }

    @Test
    void anInterruptedThreadWritesAsAnyOtherAndItsCheckpointFailsWithoutHarm() throws Throwable {
        open(HistoryKind.ON_HEAP, Durability.FSYNC);
        KarmaStore store = test.store();
        Background<Boolean> interrupted = Background.call(() -> {
            Thread.currentThread().interrupt();
            store.tree("a").increment(1);
            store.createTree("b");
            store.dropTree("b");
            store.sync();
            assertThatThrownBy(store::checkpoint).isInstanceOf(StorageException.class);
            return Thread.currentThread().isInterrupted();
        });
        assertThat(interrupted.result()).isTrue();
        store.tree("a").increment(1);
        assertThat(store.checkpoint().failures()).isEmpty();
        store.tree("a").increment(1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(3);
    }
}
