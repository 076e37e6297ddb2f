package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.DayRange;
import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.RestoreException;
import io.karmadb.SnapshotInfo;
import io.karmadb.StoreHealth;
import io.karmadb.Ticket;
import io.karmadb.Tree;
import io.karmadb.TreeNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that meet in unlucky ways. */
class InterleavingTest {
    private static final int ROUNDS = 30;
    private static final int KEYS = 2_000;

    @TempDir
    private Path parent;

    @Test
    void aResetThatADropOvertakesLeavesTheStoreSound() throws Throwable {
        try (KarmaStore store = KarmaStore.open(
                KarmaOptions.builder().history(HistoryKind.OFF_HEAP).build())) {
            for (int round = 0; round < ROUNDS; round++) {
                Tree tree = store.tree("a");
                for (int key = 0; key < KEYS; key++) {
                    tree.incrementOn(20240101, key, 1);
                    tree.incrementOn(20250101, key, 1);
                }
                Background<Void> reset = Background.run(tree::reset);
                Background<Void> delete = Background.run(() -> tree.delete(DayRange.of(20240101)));
                Background<Void> drop = Background.run(() -> dropIfThere(store, "a"));
                reset.result();
                delete.result();
                drop.result();
                assertThat(store.health().state()).isEqualTo(StoreHealth.State.OK);
                store.tree("other").increment(1);
                dropIfThere(store, "a");
            }
            assertThat(store.tree("other").sum(1)).isEqualTo(ROUNDS);
        }
    }

    private static void dropIfThere(KarmaStore store, String tree) {
        try {
            store.dropTree(tree);
        } catch (TreeNotFoundException e) {
            assertThat(e).hasMessageContaining(tree);
        }
    }

    @Test
    void aTicketThatHasSeenAnotherStoreHidesNoLineOfANewTree() {
        Ticket ticket = Ticket.waiting();
        try (TestStore test = new TestStore(parent)) {
            test.open();
            ticket.raiseLsn(1_000);
            assertThat(test.tree("new").deferred().increment(1, ticket)).isTrue();
            test.tree("new").increment(1);
            test.tree("other").increment(1);
            test.store().snapshot("other"); // which publishes what the manifest says of the new tree
            assertThat(test.killAndRestart().tree("new").sum(1)).isEqualTo(2);
        }
    }

    @Test
    void aDamagedSnapshotWithChangesThatWereNeverLoggedDoesNotGiveWayToAnEarlierOne() throws IOException {
        try (TestStore test = new TestStore(parent)) {
            test.open();
            test.tree("a").increment(1, 10);
            test.store().snapshot("a");
            test.store().close();
            test.with(options -> options.durability(Durability.NONE)).open();
            test.tree("a").increment(1, 90);
            SnapshotInfo newest = test.store().snapshot("a");
            test.store().close();
            test.with(options -> options.durability(Durability.WRITE)).open();
            assertThat(test.tree("a").sum(1)).isEqualTo(100);
            test.tree("b").increment(1);
            test.store().close();
            byte[] whole = Files.readAllBytes(newest.file());
            Files.write(newest.file(), Arrays.copyOf(whole, whole.length - 1));
            assertThatThrownBy(test::open).isInstanceOf(RestoreException.class).hasMessageContaining(newest.name());
            Files.write(newest.file(), whole);
            assertThat(test.open().tree("a").sum(1)).isEqualTo(100);
            test.store().checkpoint(); // from here on all of it is in a snapshot made with the log on
            test.tree("a").increment(1);
            assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(101);
        }
    }

    @Test
    void startingEmptySetsAsideEverySnapshotSinceTheNewStoreWillPruneThem() throws IOException {
        List<String> names = new ArrayList<>();
        try (TestStore test = new TestStore(parent)) {
            test.open();
            for (int i = 0; i < 3; i++) {
                test.tree("a").increment(1);
                names.add(test.store().snapshot("a").name());
            }
            test.store().close();
            test.with(options -> options.restore(false).snapshotsKept(1)).open();
            assertThat(test.store().statistics().walEnabled()).isTrue();
            test.tree("a").increment(1);
            test.store().checkpoint();
            try (Stream<Path> entries = Files.list(test.directory())) {
                Path aside = entries.filter(
                                entry -> entry.getFileName().toString().startsWith("karma.aside."))
                        .findFirst()
                        .orElseThrow();
                assertThat(names)
                        .allSatisfy(name -> assertThat(aside.resolve(name)).exists());
            }
        }
    }
}
