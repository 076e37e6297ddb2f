package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Turning the log off over a directory that has one, and on again. */
class LogOffTest {
    @TempDir
    Path parent;

    private TestStore test;

    /** What the log holds. */
    private SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> logged;

    @BeforeEach
    void writeWithLogAndTurnItOff() {
        test = new TestStore(parent);
        test.open();
        test.tree("a").increment(1, 5);
        test.store().checkpoint();
        test.tree("a").increment(1);
        test.tree("b").increment(2);
        test.tree("gone").increment(2);
        test.store().dropTree("gone");
        logged = test.contents();
        turn(Durability.NONE);
        test.killAndRestart();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void turn(Durability durability) {
        test.with(options -> options.durability(durability));
    }

    private void opensAlike(List<Path> kills, SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> contents) {
        for (Durability durability : new Durability[] {Durability.NONE, Durability.WRITE}) {
            turn(durability);
            for (Path kill : kills) {
                test.inspect(kill, store -> assertThat(StoreContents.of(store)).isEqualTo(contents));
            }
        }
        for (Path kill : kills) { // with the log on again, what is written now stays
            test.inspect(kill, store -> store.tree("later").increment(1));
            test.inspect(kill, store -> {
                assertThat(store.tree("later").sum(1)).isEqualTo(1);
                assertThat(store.verify().problems()).isEmpty();
                store.dropTree("later");
                assertThat(StoreContents.of(store)).isEqualTo(contents);
            });
        }
    }

    @Test
    void theLogIsReplayedAndWritesAreLostInAKill() {
        KarmaStore store = test.store();
        assertThat(test.contents()).isEqualTo(logged);
        assertThat(store.statistics().walEnabled()).isFalse();
        long lsn = store.statistics().lastLsn();
        store.tree("a").increment(1);
        store.tree("c").increment(1);
        store.dropTree("b");
        assertThat(store.statistics().lastLsn()).isEqualTo(lsn);
        assertThat(store.isDurable(lsn)).isTrue();
        assertThat(store.verify().compared()).isFalse();
        assertThat(store.verify().problems()).isEmpty();
        assertThat(store.verify().trees()).isEqualTo(logged.size());
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(logged);
        turn(Durability.WRITE);
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(logged);
        assertThat(test.store().statistics().lastLsn()).isEqualTo(lsn);
    }

    @Test
    void aCheckpointKeepsWhatWasWrittenAndRetiresTheLog() {
        test.tree("a").increment(1);
        test.tree("c").increment(7);
        test.store().dropTree("b");
        var contents = test.contents();
        long lsn = test.store().statistics().lastLsn();
        List<Path> kills = test.killsDuring(() -> test.store().checkpoint());
        assertThat(Directories.names(test.directory(), "karma\\.wal.*")).isEmpty();
        assertThat(test.store().statistics().lastLsn()).isEqualTo(lsn);
        assertThat(test.store().checkpoint().walBytesFreed()).isZero();
        for (Path kill : kills) {
            turn(Durability.NONE);
            test.inspect(kill, store -> assertThat(StoreContents.of(store)).isIn(logged, contents));
        }
        List<Path> last = List.of(kills.get(kills.size() - 1), test.copy());
        opensAlike(last, contents);
    }

    @Test
    void aSnapshotOfOneTreeKeepsThatTreeAndTheLogOfTheOthers() {
        test.tree("a").increment(1);
        test.tree("b").increment(2);
        test.store().snapshot("a");
        var expected = StoreContents.parse("a\n\t1 20261120=7\nb\n\t2 20261120=1\n", TestStore.FIRST_DAY);
        opensAlike(List.of(test.copy()), expected);
    }

    /** Threads of which each knows what it was told, while the tables grow. */
    @Test
    void aCheckpointBesideThreadsHoldsWhatTheyHadBeenToldBefore() throws Exception {
        int threads = 3;
        int keysEach = 500;
        AtomicLongArray told = new AtomicLongArray(threads * keysEach);
        AtomicBoolean over = new AtomicBoolean();
        Tree tree = test.tree("threads");
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> workers = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                int first = i * keysEach;
                SplittableRandom random = new SplittableRandom(i);
                workers.add(pool.submit(() -> {
                    for (int known = 1; !over.get(); known = Math.min(keysEach, known + 1)) {
                        for (int command = 0; command < 50; command++) {
                            int key = first + random.nextInt(known);
                            told.set(key, tree.increment(key));
                        }
                    }
                }));
            }
            for (int round = 0; round < 5; round++) {
                long before = sum(told);
                while (sum(told) < before + 100_000) {
                    Thread.onSpinWait();
                    workers.forEach(worker -> assertThat(worker.isDone()).isFalse());
                }
                long[] least = copy(told);
                test.store().checkpoint();
                long[] most = copy(told);
                test.inspect(test.copy(), store -> {
                    for (int key = 0; key < least.length; key++) {
                        assertThat(store.tree("threads").sum(key))
                                .as("key=%d", key)
                                .isBetween(least[key], most[key] + 1); // one may not have been told yet
                    }
                });
            }
        } finally {
            over.set(true);
            pool.shutdown();
        }
        for (Future<?> worker : workers) {
            worker.get(1, TimeUnit.MINUTES);
        }
    }

    private static long sum(AtomicLongArray numbers) {
        return Arrays.stream(copy(numbers)).sum();
    }

    private static long[] copy(AtomicLongArray numbers) {
        return IntStream.range(0, numbers.length()).mapToLong(numbers::get).toArray();
    }

    @Test
    void turningTheLogOnAgainKeepsWhatACheckpointSaved() {
        test.tree("a").increment(1);
        var contents = test.contents();
        test.store().checkpoint();
        long lsn = test.store().statistics().lastLsn();
        test.kill();
        turn(Durability.WRITE);
        List<Path> kills = test.killsDuring(() -> test.open());
        assertThat(test.contents()).isEqualTo(contents);
        assertThat(test.store().statistics().lastLsn()).isEqualTo(lsn);
        test.tree("a").increment(1);
        assertThat(test.store().statistics().lastLsn()).isEqualTo(lsn + 1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(8);
        assertThat(test.store().verify().problems()).isEmpty();
        opensAlike(kills, contents);
    }

    @Test
    void theLogMayBeTurnedOffAndOnAgainAndAgain() {
        long sum = test.tree("a").sum(1);
        for (int i = 0; i < 3; i++) {
            test.tree("a").increment(1);
            test.store().checkpoint();
            test.tree("a").increment(1); // lost: the log is off
            turn(Durability.WRITE);
            test.killAndRestart();
            test.tree("a").increment(1);
            sum += 2;
            assertThat(test.tree("a").sum(1)).isEqualTo(sum);
            turn(Durability.NONE);
            test.killAndRestart();
            assertThat(test.tree("a").sum(1)).isEqualTo(sum);
        }
    }

    @Test
    void withoutLogLoadsAndDropsLiveFromACheckpointOn() {
        String file = test.store().snapshots().get(0).name();
        test.store().load(file);
        test.store().dropTree("b");
        assertThat(test.tree("a").sum(1)).isEqualTo(5);
        Path before = test.copy();
        test.inspect(before, store -> assertThat(StoreContents.of(store)).isEqualTo(logged));
        test.store().checkpoint();
        test.killAndRestart();
        assertThat(test.contents()).isEqualTo(StoreContents.parse("a\n\t1 20261120=5\n", TestStore.FIRST_DAY));
    }

    @Test
    void aTornTailIsCutOffAlsoWithoutLog() {
        turn(Durability.WRITE);
        test.killAndRestart();
        test.tree("a").increment(1);
        test.kill();
        Directories.cut(test.file("karma.wal"), 30);
        turn(Durability.NONE);
        assertThat(test.open().restoreReport().tornBytes()).isPositive();
        assertThat(test.contents()).isEqualTo(logged);
        assertThat(Directories.names(test.directory(), ".*\\.torn")).hasSize(1);
        assertThat(test.killAndRestart().restoreReport().tornBytes()).isZero();
    }

    @Test
    void aNewDirectoryWithoutLogHoldsWhatCheckpointsSaved() {
        test.in(parent.resolve("fresh"));
        test.store().close();
        KarmaStore store = test.open();
        store.tree("x").increment(1);
        assertThat(test.killAndRestart().trees()).isEmpty();
        test.tree("x").increment(1, 2);
        test.store().checkpoint();
        assertThat(Directories.names(test.directory(), "karma\\.wal.*")).isEmpty();
        test.turnDay();
        assertThat(test.killAndRestart().tree("x").sum(1)).isEqualTo(2);
    }
}
