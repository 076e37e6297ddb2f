package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.LogFailedException;
import io.karmadb.OutcomeUnknownException;
import io.karmadb.StoreHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody takes the directory away from an open store, whose files go on taking writes and forces without an error. */
class VanishedDirectoryTest {
    @TempDir
    private Path parent;

    private Path directory() {
        return parent.resolve("data");
    }

    private KarmaStore open(Path directory, Durability durability) {
        return KarmaStore.open(KarmaOptions.builder()
                .directory(directory)
                .durability(durability)
                .history(HistoryKind.ON_HEAP)
                .build());
    }

    /** How it goes away. */
    private enum Way {
        DELETED {
            @Override
            void take(Path directory) throws IOException {
                delete(directory);
            }
        },
        DELETED_AND_MADE_AGAIN {
            @Override
            void take(Path directory) throws IOException {
                delete(directory);
                Files.createDirectory(directory);
                Files.createFile(directory.resolve("karma.wal"));
            }
        },
        MOVED {
            @Override
            void take(Path directory) throws IOException {
                Files.move(directory, directory.resolveSibling("moved"));
            }
        },
        LOG_DELETED {
            @Override
            void take(Path directory) throws IOException {
                Files.delete(directory.resolve("karma.wal"));
            }
        },
        LOG_REPLACED_BY_A_COPY {
            @Override
            void take(Path directory) throws IOException {
                Path log = directory.resolve("karma.wal");
                Path copy = Files.copy(log, directory.resolve("copy"));
                Files.move(copy, log, StandardCopyOption.REPLACE_EXISTING);
            }
        };

        abstract void take(Path directory) throws IOException;

        private static void delete(Path directory) throws IOException {
            try (Stream<Path> all = Files.walk(directory)) {
                List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
                for (Path path : deepestFirst) {
                    Files.delete(path);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsAcknowledgedOnALogThatIsGone(Way way) throws IOException {
        KarmaStore store = open(directory(), Durability.FSYNC);
        store.tree("a").increment(1);
        way.take(directory());
        assertThatThrownBy(() -> store.tree("a").increment(1))
                .isInstanceOfAny(OutcomeUnknownException.class, LogFailedException.class)
                .hasMessageContaining("no longer where it was");
        assertThat(store.tree("a").sum(1)).isBetween(1L, 2L); // reads go on
        assertFailed(store);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aLogThatIsGoneIsNoticedWithoutAnyWrite(Durability durability) throws IOException {
        KarmaStore store = open(directory(), durability);
        store.tree("a").increment(1);
        Way.DELETED.take(directory());
        Background.await(() -> store.health().state() == StoreHealth.State.FAILED);
        assertThatThrownBy(() -> store.tree("a").increment(1)).isInstanceOf(LogFailedException.class);
        assertThat(store.tree("a").sum(1)).isEqualTo(1);
        assertFailed(store);
    }

    private void assertFailed(KarmaStore store) {
        assertThatThrownBy(() -> store.tree("a").decrement(1)).isInstanceOf(LogFailedException.class);
        assertThat(store.health().state()).isEqualTo(StoreHealth.State.FAILED);
        assertThat(store.health().message())
                .contains("was the directory deleted", directory().toString());
        assertThat(store.verify().problems()).singleElement().asString().contains("no longer where it was");
        assertThatThrownBy(store::checkpoint).isInstanceOf(KarmaException.class);
        try {
            store.close();
        } catch (OutcomeUnknownException e) {
            assertThat(e).hasMessageContaining("no longer where it was"); // if there was a write that was not told good
        }
    }

    @Test
    void aDirectoryThatWasMovedHasWhatWasAcknowledged() throws IOException {
        KarmaStore store = open(directory(), Durability.FSYNC);
        store.tree("a").increment(1, 5);
        Way.MOVED.take(directory());
        assertThatThrownBy(() -> store.tree("a").increment(1)).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(store::close).isInstanceOf(OutcomeUnknownException.class);
        try (KarmaStore moved = open(parent.resolve("moved"), Durability.FSYNC)) {
            assertThat(moved.tree("a").sum(1)).isBetween(5L, 6L); // the last one's outcome was unknown
            assertThat(moved.verify().problems()).isEmpty();
        }
    }
}
