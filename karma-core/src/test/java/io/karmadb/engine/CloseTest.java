package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CounterCursor;
import io.karmadb.DayRange;
import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.StoreClosedException;
import io.karmadb.Ticket;
import io.karmadb.Tree;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing a store, also in the middle of what others do with it. */
class CloseTest {
    @TempDir
    Path parent;

    private final HookedDisk disk = new HookedDisk();
    private TestStore test;

    @BeforeEach
    void open() {
        test = new TestStore(parent, disk);
        test.open();
        test.tree("a").increment(1);
        test.tree("b").increment(2);
    }

    @AfterEach
    void close() {
        test.close();
    }

    /** Closes the store while something is held up just before the disk does this, and opens it again. */
    private void closeDuring(HookedDisk.Action action, String nameEnd, Consumer<KarmaStore> command) throws Throwable {
        var before = test.contents();
        KarmaStore store = test.store();
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        disk.hook((next, name) -> {
            if (next == action && name.endsWith(nameEnd)) {
                reached.countDown();
                Background.await(goOn);
            }
        });
        Background<Void> commanding = Background.run(() -> command.accept(store));
        Background.await(reached);
        Background<Void> closing = Background.run(store::close);
        Background.await(() -> isClosed(store));
        goOn.countDown();
        assertThatThrownBy(commanding::result).isInstanceOf(StoreClosedException.class);
        closing.result();
        disk.hook((next, name) -> {});
        test.open();
        assertThat(test.contents()).isEqualTo(before);
        assertThat(test.store().verify().problems()).isEmpty();
    }

    private static boolean isClosed(KarmaStore store) {
        try {
            store.trees();
            return false;
        } catch (StoreClosedException e) {
            return true;
        }
    }

    @Test
    void aCheckpointThatACloseOvertakesLeavesTheManifestAsItIs() throws Throwable {
        closeDuring(HookedDisk.Action.RENAME, "_b.tree", KarmaStore::checkpoint);
    }

    @Test
    void aSnapshotThatACloseOvertakesLeavesTheManifestAsItIs() throws Throwable {
        closeDuring(HookedDisk.Action.RENAME, "_a.tree", store -> store.snapshot("a"));
    }

    @Test
    void aLoadThatACloseOvertakesIsNotDone() throws Throwable {
        String file = test.store().snapshot("a").name();
        test.tree("a").increment(1);
        closeDuring(HookedDisk.Action.OPEN, "_a.tree", store -> store.load(file));
    }

    @Test
    void aVerificationThatACloseOvertakesFindsNoProblems() throws Throwable {
        closeDuring(HookedDisk.Action.OPEN, "karma.manifest", KarmaStore::verify);
    }

    @Test
    void afterACloseNothingIsDoneAndEverythingSaysSo() {
        KarmaStore store = test.store();
        Tree tree = store.tree("a");
        Tree unused = store.tree("b");
        Tree missing = store.tree("missing");
        String file = store.snapshot("a").name();
        CounterCursor cursor = tree.cursor(DayRange.ALL);
        tree.increment(1);
        store.close();
        Ticket ticket = Ticket.neverWaiting();
        List<ThrowingCallable> calls = List.of(
                () -> tree.increment(1),
                () -> tree.decrement(1),
                () -> tree.reset(),
                () -> tree.delete(1, DayRange.ALL),
                () -> tree.sum(1),
                () -> tree.sum(99),
                () -> tree.find(1, DayRange.ALL),
                () -> tree.keyCount(),
                () -> tree.cursor(DayRange.ALL),
                () -> tree.deferred().increment(1, ticket),
                () -> tree.deferred().sum(1, ticket),
                () -> unused.increment(2),
                () -> unused.sum(2),
                () -> missing.increment(1),
                () -> missing.sum(1),
                () -> store.tree("c").increment(1),
                () -> store.createTree("c"),
                () -> store.dropTree("a"),
                store::trees,
                store::statistics,
                store::snapshots,
                store::checkpoint,
                store::verify,
                store::sync,
                () -> store.snapshot("a"),
                () -> store.load(file),
                cursor::next);
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).isInstanceOf(StoreClosedException.class);
        }
        cursor.close();
        store.close();
        test.open();
        assertThat(test.tree("a").sum(1)).isEqualTo(2);
    }

    @Test
    void closingTellsEveryoneWhoStillWaits() {
        KarmaStore store = test.store();
        AtomicInteger durable = new AtomicInteger();
        Ticket ticket = Ticket.waiting();
        for (int i = 0; i < 100; i++) {
            assertThat(store.tree("a").deferred().increment(1, ticket)).isTrue();
            store.whenDurable(ticket.lsn(), new DurabilityListener() {
                @Override
                public void durable() {
                    durable.incrementAndGet();
                }

                @Override
                public void failed(KarmaException failure) {
                    throw failure;
                }
            });
        }
        store.close();
        assertThat(durable).hasValue(100);
        assertThat(store.isDurable(ticket.lsn())).isTrue();
        test.open();
        assertThat(test.tree("a").sum(1)).isEqualTo(101);
    }
}
