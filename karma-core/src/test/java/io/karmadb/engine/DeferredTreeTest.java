package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.DayRange;
import io.karmadb.DeferredTree;
import io.karmadb.Durability;
import io.karmadb.DurabilityListener;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.Ticket;
import io.karmadb.TreeNotFoundException;
import io.karmadb.counter.Journal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that do not wait: neither for durability nor, if the ticket says so, for anything else. */
class DeferredTreeTest {
    @TempDir
    Path parent;

    private final HookedDisk disk = new HookedDisk();
    private final LogUnderTest log = new LogUnderTest(disk);
    private TestStore test;
    private KarmaStore store;

    @BeforeEach
    void open() {
        test = new TestStore(parent, disk).with(options -> options.durability(Durability.FSYNC));
        store = test.open();
    }

    @AfterEach
    void close() {
        log.goOn();
        test.close();
    }

    private static final class Told implements DurabilityListener {
        private final CompletableFuture<KarmaException> outcome = new CompletableFuture<>();

        @Override
        public void durable() {
            assertThat(outcome.complete(null)).isTrue();
        }

        @Override
        public void failed(KarmaException failure) {
            assertThat(outcome.complete(failure)).isTrue();
        }
    }

    @Test
    void aResultIsThereBeforeItIsDurableAndTheListenerIsToldWhenItIs() throws Exception {
        store.createTree("a");
        log.holdUp(HookedDisk.Action.WRITE);
        Ticket ticket = Ticket.neverWaiting();
        DeferredTree tree = store.tree("a").deferred();
        assertThat(tree.increment(1, ticket)).isTrue();
        assertThat(ticket.value()).isEqualTo(1);
        long lsn = ticket.lsn();
        assertThat(lsn).isEqualTo(2);
        assertThat(store.isDurable(lsn)).isFalse();
        assertThat(store.isDurable(lsn - 1)).isTrue();
        Told told = new Told();
        store.whenDurable(lsn, told);
        log.awaitHeldUp();
        assertThat(told.outcome).isNotDone();

        // A reader rests on what it has seen.
        Ticket reader = Ticket.neverWaiting();
        assertThat(tree.sum(1, reader)).isTrue();
        assertThat(reader.value()).isEqualTo(1);
        assertThat(reader.lsn()).isEqualTo(lsn);
        reader.clear();
        assertThat(tree.find(1, DayRange.ALL, reader)).isTrue();
        assertThat(reader.buckets().sum()).isEqualTo(1);
        assertThat(reader.lsn()).isEqualTo(lsn);

        log.goOn();
        assertThat(told.outcome.join()).isNull();
        assertThat(store.isDurable(lsn)).isTrue();
        Told late = new Told();
        store.whenDurable(lsn, late);
        assertThat(late.outcome).isDone();
    }

    @Test
    void aBlockingCommandReturnsWhenItIsDurable() throws Throwable {
        store.createTree("a");
        log.holdUp(HookedDisk.Action.WRITE);
        Background<Long> incrementing = Background.call(() -> store.tree("a").increment(1));
        log.awaitHeldUp();
        assertThat(incrementing.isDone()).isFalse();
        log.goOn();
        assertThat(incrementing.result()).isEqualTo(1);
        assertThat(store.isDurable(2)).isTrue();
    }

    @Test
    void aMissingTreeIsNotCreatedByWhoMayNotWait() {
        Ticket never = Ticket.neverWaiting();
        DeferredTree tree = store.tree("missing").deferred();
        assertThat(tree.increment(1, never)).isFalse();
        assertThat(tree.decrement(1, never)).isFalse();
        assertThat(tree.set(1, 20261120, 1, never)).isFalse();
        assertThat(tree.reset(1, never)).isFalse();
        assertThat(tree.delete(1, DayRange.ALL, never)).isFalse();
        assertThat(store.trees()).isEmpty();
        assertThat(never.lsn()).isZero();
        assertThatThrownBy(() -> tree.sum(1, never)).isInstanceOf(TreeNotFoundException.class);
        assertThatThrownBy(() -> tree.find(1, DayRange.ALL, never)).isInstanceOf(TreeNotFoundException.class);
        assertThat(tree.increment(1, Ticket.waiting())).isTrue();
        assertThat(tree.increment(1, never)).isTrue();
        assertThat(store.tree("missing").sum(1)).isEqualTo(2);
    }

    @Test
    void aTreeThatIsNotThereIsToldWithTheLsnOfItsDrop() {
        store.createTree("a");
        store.dropTree("a");
        assertThatThrownBy(() -> store.tree("a").deferred().sum(1, Ticket.neverWaiting()))
                .isInstanceOfSatisfying(
                        TreeNotFoundException.class, e -> assertThat(e.lsn()).isEqualTo(2));
        assertThat(store.catalogLsn()).isEqualTo(2);
    }

    @Test
    void aFullLogBufferSendsAwayWhoMayNotWaitAndLosesNothing() {
        store.createTree("a");
        DeferredTree tree = store.tree("a").deferred();
        log.holdUp(HookedDisk.Action.WRITE);
        Ticket never = Ticket.neverWaiting();
        assertThat(tree.increment(1, never)).isTrue();
        log.awaitHeldUp(); // else the flusher may take what is buffered later, and make room again
        long done = 1;
        while (tree.increment(1, never)) {
            done++;
        }
        assertThat(done).isGreaterThan(1_000);
        long lsn = never.lsn();
        assertThat(lsn).isEqualTo(done + 1);
        assertThat(tree.decrement(1, never)).isFalse(); // lines that are no shorter than an increment's
        assertThat(tree.delete(1, DayRange.ALL, never)).isFalse();
        assertThat(never.lsn()).isEqualTo(lsn);
        assertThat(store.tree("a").sum(1)).isEqualTo(done);
        assertThat(store.tree("a").keyCount()).isEqualTo(1);
        Background<Boolean> waiting = Background.call(() -> tree.increment(1, Ticket.waiting()));
        log.goOn();
        assertThat(resultOf(waiting)).isTrue();
        store.sync();
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(done + 1);
    }

    private static boolean resultOf(Background<Boolean> background) {
        try {
            return background.result();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBusyBranchSendsAwayWhoMayNotWait() throws Throwable {
        DayClock clock = DayClock.looking(Clock.systemUTC(), ZoneOffset.UTC);
        Trees trees = new Trees(HistoryKind.ON_HEAP, CommandLog.none(0), null);
        StoredTree tree = new StoredTree("a", trees, clock, ThreadLocal.withInitial(Ticket::waiting));
        tree.increment(1);
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch unlock = new CountDownLatch(1);
        Background<Long> holder = Background.call(() -> trees.get("a").counters.closeOff(() -> {
            locked.countDown();
            Background.await(unlock);
            return Journal.NO_ROOM;
        }));
        Background.await(locked);
        Ticket never = Ticket.neverWaiting();
        assertThat(tree.increment(1, never)).isFalse();
        assertThat(tree.decrement(1, never)).isFalse();
        assertThat(tree.set(1, 20200101, 1, never)).isFalse();
        assertThat(tree.increment(2, never)).isFalse();
        assertThat(tree.sum(1, never)).isFalse();
        assertThat(tree.sum(1, DayRange.of(20200101), never)).isFalse();
        assertThat(tree.find(1, DayRange.ALL, never)).isFalse();
        assertThat(tree.delete(1, DayRange.ALL, never)).isFalse();
        assertThat(tree.reset(1, never)).isFalse();
        unlock.countDown();
        assertThat(holder.result()).isEqualTo(Journal.NO_ROOM);
        assertThat(tree.increment(1, never)).isTrue();
        assertThat(never.value()).isEqualTo(2);
    }

    @Test
    void aDroppedTreeIsNotCreatedAgainByWhoMayNotWait() {
        store.createTree("a");
        DeferredTree tree = store.tree("a").deferred();
        assertThat(tree.increment(1, Ticket.waiting())).isTrue();
        store.dropTree("a");
        assertThat(tree.increment(1, Ticket.neverWaiting())).isFalse();
        assertThat(tree.increment(1, Ticket.waiting())).isTrue();
        assertThat(store.tree("a").sum(1)).isEqualTo(1);
    }

    @Test
    void oneTicketServesABatch() {
        store.createTree("a");
        Ticket ticket = Ticket.waiting();
        DeferredTree tree = store.tree("a").deferred();
        for (int i = 0; i < 10; i++) {
            tree.increment(i, ticket);
        }
        long lsn = ticket.lsn();
        assertThat(lsn).isEqualTo(11);
        assertThat(tree.sum(0, DayRange.of(store.today()), ticket)).isTrue();
        assertThat(ticket.lsn()).isEqualTo(lsn);
        ticket.clear();
        assertThat(ticket.lsn()).isZero();
    }
}
