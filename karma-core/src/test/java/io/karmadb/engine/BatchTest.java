package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Batch;
import io.karmadb.CounterOverflowException;
import io.karmadb.DayRange;
import io.karmadb.Durability;
import io.karmadb.FutureDayException;
import io.karmadb.KarmaStore;
import io.karmadb.LogFailedException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.StoreClosedException;
import io.karmadb.StoreHealth;
import io.karmadb.Tree;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many writes, one wait. */
class BatchTest {
    @TempDir
    Path parent;

    private final HookedDisk disk = new HookedDisk();
    private final LogUnderTest log = new LogUnderTest(disk);
    private TestStore test;
    private KarmaStore store;
    private Tree tree;

    @BeforeEach
    void open() {
        test = new TestStore(parent, disk).with(options -> options.durability(Durability.FSYNC));
        store = test.open();
        tree = store.tree("a");
        store.createTree("a");
    }

    @AfterEach
    void close() {
        log.goOn();
        test.close();
    }

    @Test
    void writesReturnWhatTheyLeaveAndAreSeenAtOnce() {
        int today = store.today();
        try (Batch batch = tree.batch()) {
            assertThat(batch.increment(1)).isEqualTo(1);
            assertThat(batch.increment(1, 4)).isEqualTo(5);
            assertThat(batch.incrementOn(20250101, 1, 2)).isEqualTo(7);
            assertThat(batch.decrement(1)).isEqualTo(1);
            assertThat(batch.decrement(1, 9)).isEqualTo(4);
            assertThat(batch.decrementOn(20250101, 1, 1)).isEqualTo(1);
            assertThat(batch.set(2, today, -1)).isEqualTo(-1);
            assertThat(tree.sum(1)).isEqualTo(1);
            assertThat(tree.sum(2)).isEqualTo(-1);
            batch.reset(2);
            batch.delete(1, DayRange.ALL);
            assertThat(tree.sum(1) + tree.sum(2)).isZero();
            batch.increment(3);
            batch.delete(DayRange.ALL);
            batch.increment(4);
            batch.reset();
            batch.increment(5);
        }
        assertThat(tree.sum(3) + tree.sum(4)).isZero();
        assertThat(tree.sum(5)).isEqualTo(1);
    }

    @Test
    void theDeviceIsForcedOnceForAllOfThem() {
        AtomicInteger forces = log.countForces();
        try (Batch batch = tree.batch()) {
            for (int i = 0; i < 100; i++) {
                batch.increment(i);
            }
            assertThat(forces).hasValue(0);
            batch.commit();
            assertThat(forces).hasValue(1);
        }
        assertThat(forces).hasValue(1);
        assertThat(store.isDurable(store.statistics().lastLsn())).isTrue();
    }

    @Test
    void aCommitWaitsForTheDevice() throws Exception {
        log.holdUp(HookedDisk.Action.FORCE);
        Batch batch = tree.batch();
        batch.increment(1);
        batch.increment(2);
        CompletableFuture<Void> committed = CompletableFuture.runAsync(batch::commit);
        log.awaitHeldUp();
        assertThat(committed).isNotDone();
        assertThat(tree.sum(2)).isEqualTo(1);
        log.goOn();
        committed.join();
        assertThat(store.isDurable(store.statistics().lastLsn())).isTrue();
    }

    @Test
    void aBatchIsUsedOnAfterACommitAndMayBeClosedTwice() {
        Batch batch = tree.batch();
        batch.increment(1);
        batch.commit();
        batch.increment(1);
        batch.close();
        batch.close();
        assertThat(tree.sum(1)).isEqualTo(2);
        assertThat(store.isDurable(store.statistics().lastLsn())).isTrue();
    }

    @Test
    void anEmptyBatchWaitsForNothing() {
        log.failForces();
        tree.batch().close();
        assertThat(store.health().state()).isEqualTo(StoreHealth.State.OK);
    }

    @Test
    void aBatchCreatesTheTree() {
        try (Batch batch = store.tree("new").batch()) {
            batch.increment(7);
        }
        assertThat(store.trees()).containsExactly("a", "new");
        assertThat(store.tree("new").sum(7)).isEqualTo(1);
    }

    @Test
    void aWriteThatIsRefusedLeavesTheOthers() {
        try (Batch batch = tree.batch()) {
            batch.increment(1, -1);
            assertThatThrownBy(() -> batch.increment(1)).isInstanceOf(CounterOverflowException.class);
            assertThatThrownBy(() -> batch.increment(1, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> batch.set(1, 20990101, 1)).isInstanceOf(FutureDayException.class);
            batch.increment(2);
        }
        assertThat(tree.sum(1)).isEqualTo(-1);
        assertThat(tree.sum(2)).isEqualTo(1);
    }

    @Test
    void aCommitOfAFailedLogSaysThatTheOutcomeIsUnknown() {
        Batch batch = tree.batch();
        batch.increment(1);
        log.failForces();
        assertThatThrownBy(batch::commit)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("broken");
        assertThatThrownBy(batch::close).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> batch.increment(1)).isInstanceOf(LogFailedException.class);
        assertThat(tree.sum(1)).isEqualTo(1);
        assertThatThrownBy(store::close).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void anExceptionInTheMiddleLeavesWhatWasWrittenAndMakesItDurable() {
        assertThatThrownBy(() -> {
                    try (Batch batch = tree.batch()) {
                        batch.increment(1);
                        throw new IllegalStateException("the job failed");
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasNoSuppressedExceptions();
        assertThat(store.isDurable(store.statistics().lastLsn())).isTrue();
        assertThat(tree.sum(1)).isEqualTo(1);
    }

    @Test
    void aBatchOfAClosedStoreIsRefusedButWhatWasWrittenIsDurable() {
        Batch batch = tree.batch();
        batch.increment(1);
        store.close();
        batch.commit();
        assertThatThrownBy(() -> batch.increment(1)).isInstanceOf(StoreClosedException.class);
        batch.close();
    }
}
