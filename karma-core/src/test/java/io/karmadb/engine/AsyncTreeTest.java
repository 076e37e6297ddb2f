package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.AsyncTree;
import io.karmadb.CounterOverflowException;
import io.karmadb.DayRange;
import io.karmadb.Durability;
import io.karmadb.FutureDayException;
import io.karmadb.KarmaStore;
import io.karmadb.LogFailedException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.StoreClosedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Writes that return a stage. */
class AsyncTreeTest {
    @TempDir
    Path parent;

    private final HookedDisk disk = new HookedDisk();
    private final LogUnderTest log = new LogUnderTest(disk);
    private TestStore test;
    private KarmaStore store;
    private AsyncTree tree;

    @BeforeEach
    void open() {
        open(Durability.FSYNC);
    }

    private void open(Durability durability) {
        test = new TestStore(parent, disk).with(options -> options.durability(durability));
        store = test.open();
        store.createTree("a");
        tree = store.tree("a").async();
    }

    @AfterEach
    void close() {
        log.goOn();
        test.close();
    }

    @Test
    void stagesHaveTheResultsOfTheWrites() {
        int today = store.today();
        assertThat(Durable.join(tree.increment(1))).isEqualTo(1);
        assertThat(Durable.join(tree.increment(1, 4))).isEqualTo(5);
        assertThat(Durable.join(tree.incrementOn(20250101, 1, 2))).isEqualTo(7);
        assertThat(Durable.join(tree.decrement(1))).isEqualTo(1);
        assertThat(Durable.join(tree.decrement(1, 9))).isEqualTo(4);
        assertThat(Durable.join(tree.decrementOn(20250101, 1, 1))).isEqualTo(1);
        assertThat(Durable.join(tree.set(2, today, -1))).isEqualTo(-1);
        assertThat(Durable.join(tree.reset(2))).isNull();
        assertThat(Durable.join(tree.delete(1, new DayRange(20250101, 20250101))))
                .isNull();
        assertThat(store.tree("a").sum(1) + store.tree("a").sum(2)).isZero();
        Durable.join(tree.increment(3));
        Durable.join(tree.delete(DayRange.ALL));
        assertThat(store.tree("a").sum(3)).isZero();
        Durable.join(tree.increment(3));
        Durable.join(tree.reset());
        assertThat(store.tree("a").sum(3)).isZero();
        assertThat(tree.name()).isEqualTo("a");
    }

    @Test
    void aStageCompletesWhenTheWriteIsDurableAndNotBefore() {
        log.holdUp(HookedDisk.Action.FORCE);
        CompletionStage<Long> stage = tree.increment(1);
        log.awaitHeldUp();
        assertThat(store.tree("a").sum(1)).isEqualTo(1);
        assertThat(stage.toCompletableFuture()).isNotDone();
        log.goOn();
        assertThat(Durable.join(stage)).isEqualTo(1);
        assertThat(store.isDurable(store.statistics().lastLsn())).isTrue();
    }

    @Test
    void manyUnderWayShareAForce() {
        log.holdUp(HookedDisk.Action.FORCE);
        CompletionStage<Long> first = tree.increment(0);
        log.awaitHeldUp();
        List<CompletableFuture<Long>> others = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            others.add(tree.increment(i).toCompletableFuture());
        }
        AtomicInteger forces = log.countForces();
        log.goOn();
        Durable.join(first);
        CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).join();
        assertThat(forces).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Durability.class,
            names = {"NONE", "BUFFERED"})
    void whatIsDurableAtOnceIsComplete(Durability durability) {
        test.close();
        open(durability);
        assertThat(tree.increment(1).toCompletableFuture()).isCompletedWithValue(1L);
    }

    @Test
    void whatDependsOnAStageMayWriteAgainAndWait() {
        CompletionStage<Long> stage =
                tree.increment(1).thenApply(total -> store.tree("a").increment(2) + total);
        assertThat(Durable.join(stage)).isEqualTo(2);
    }

    @Test
    void stagesAreCompletedByTheExecutorThatWasGiven() {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "of the application"));
        try {
            log.holdUp(HookedDisk.Action.FORCE);
            CompletionStage<String> thread = store.tree("a")
                    .async(executor)
                    .increment(1)
                    .thenApply(total -> Thread.currentThread().getName());
            log.goOn();
            assertThat(Durable.join(thread)).isEqualTo("of the application");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aStageCompletesEvenIfTheExecutorHasBeenShutDown() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdownNow();
        assertThat(Durable.join(store.tree("a").async(executor).increment(1))).isEqualTo(1);
    }

    @Test
    void errorsOfTheStoreAreInTheStageAndMistakesAreThrown() {
        Durable.join(tree.increment(1, -1));
        assertThatThrownBy(() -> Durable.join(tree.increment(1))).isInstanceOf(CounterOverflowException.class);
        assertThatThrownBy(() -> tree.increment(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.incrementOn(20260231, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.set(1, 20990101, 1)).isInstanceOf(FutureDayException.class);
        assertThatThrownBy(() -> store.tree("a").async(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aFailedLogFailsWhatIsUnderWayAndRefusesWhatComesLater() {
        log.holdForcesUpAndFail();
        List<CompletionStage<Long>> underWay = List.of(tree.increment(1), tree.increment(2));
        log.awaitHeldUp();
        log.goOn();
        for (CompletionStage<Long> stage : underWay) {
            assertThatThrownBy(() -> Durable.join(stage)).isInstanceOf(OutcomeUnknownException.class);
        }
        assertThatThrownBy(() -> Durable.join(tree.increment(3))).isInstanceOf(LogFailedException.class);
        assertThat(store.tree("a").sum(3)).isZero();
        assertThatThrownBy(store::close).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void aCloseCompletesWhatIsUnderWay() {
        List<CompletionStage<Long>> underWay = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            underWay.add(tree.increment(1));
        }
        store.close();
        assertThat(underWay).allSatisfy(stage -> assertThat(Durable.join(stage)).isPositive());
        Supplier<CompletionStage<Long>> late = () -> tree.increment(1);
        assertThatThrownBy(() -> Durable.join(late.get())).isInstanceOf(StoreClosedException.class);
    }
}
