package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.SnapshotInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AutomaticCheckpointsTest {
    private static final long WAL_BYTES = 20_000;

    @TempDir
    private Path parent;

    private TestStore test;

    @BeforeEach
    void prepare() {
        test = new TestStore(parent);
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private List<String> names() {
        return test.store().snapshots().stream().map(SnapshotInfo::name).toList();
    }

    private String asked() {
        test.tree("a").increment(1);
        return test.store().checkpoint().snapshots().get(0).name();
    }

    private String automatic() {
        test.tree("a").increment(1);
        return AutomaticCheckpoint.make(test.store()).snapshots().get(0).name();
    }

    @Test
    void automaticSnapshotsTakeNoPlaceOfThoseThatSomebodyAskedFor() {
        test.with(options -> options.snapshotsKept(2)).open();
        String first = asked();
        String second = asked();
        automatic();
        automatic();
        String third = automatic();
        assertThat(names()).containsExactly(third, second, first);
        test.killAndRestart();
        String fourth = automatic();
        assertThat(names()).containsExactly(fourth, second, first);
        String last = asked();
        assertThat(names()).containsExactly(last, second);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(7);
    }

    @Test
    void theLastSnapshotOfADroppedTreeStaysAlsoIfItIsAutomatic() {
        test.open();
        test.tree("gone").increment(1);
        String file = AutomaticCheckpoint.make(test.store()).snapshots().get(0).name();
        test.store().dropTree("gone");
        automatic();
        automatic();
        assertThat(names()).contains(file).hasSize(2);
        assertThat(test.store().load(file)).isEqualTo("gone");
    }

    @Test
    void whatIsAutomaticIsStillKnownInADirectoryThatWasSetAside() {
        test.open();
        automatic();
        test.with(options -> options.restore(false)).restart();
        String next = automatic();
        assertThat(names()).containsExactly(next);
    }

    @Test
    void aLogThatHasGrownIsCut() {
        test.with(options -> options.checkpointWalBytes(WAL_BYTES)).open();
        for (int round = 0; round < 2; round++) {
            List<String> before = new ArrayList<>(names());
            while (test.store().statistics().walBytes() < WAL_BYTES) {
                test.tree("a").increment(1);
            }
            await(() -> test.store().statistics().walBytes() < WAL_BYTES);
            await(() -> !names().isEmpty() && !names().equals(before));
        }
        long counted = test.tree("a").sum(1);
        assertThat(test.killAndRestart().tree("a").sum(1)).isEqualTo(counted);
    }

    @Test
    void whatIsNewIsSavedWhenTheTimeHasCome() {
        test.with(options -> options.checkpointInterval(Duration.ofMillis(1))).open();
        test.tree("a").increment(1);
        await(() -> names().size() == 1);
        String first = names().get(0);
        test.tree("a").increment(1);
        await(() -> names().size() == 1 && !names().contains(first));
    }

    @Test
    void noThreadIsLeftBehindAndNoneIsMadeForNothing() {
        for (int i = 0; i < 20; i++) {
            test.with(options -> options.checkpointInterval(Duration.ofMillis(1)))
                    .open();
            test.tree("a").increment(1);
            assertThat(threads()).isEqualTo(1);
            test.close();
            assertThat(threads()).isZero();
        }
        test.with(options -> options.checkpointWalBytes(0)).open();
        assertThat(threads()).isZero();
        KarmaStore memory = KarmaStore.open(KarmaOptions.builder().build());
        assertThat(threads()).isZero();
        memory.close();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("karma-checkpointer"))
                .count();
    }

    @Test
    void negativeLimitsAreRefused() {
        KarmaOptions.Builder builder = KarmaOptions.builder();
        assertThatThrownBy(() -> builder.checkpointWalBytes(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> builder.checkpointInterval(Duration.ofSeconds(-1)))
                .hasMessageContaining("PT-1S");
    }
}
