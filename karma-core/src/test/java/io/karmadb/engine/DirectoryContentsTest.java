package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.CorruptionException;
import io.karmadb.DayRange;
import io.karmadb.DirectoryContents;
import io.karmadb.DirectoryLockedException;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.ReadProgress;
import io.karmadb.StorageException;
import io.karmadb.TreeNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A directory that is read shows what opening it would give, and stays as it is. */
class DirectoryContentsTest {
    @TempDir
    Path parent;

    private TestStore test;

    @BeforeEach
    void open() {
        test = new TestStore(parent);
        test.open();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private DirectoryContents read(HistoryKind history) {
        return DirectoryContents.read(
                KarmaOptions.builder()
                        .directory(test.directory())
                        .history(history)
                        .build(),
                ReadProgress.NONE);
    }

    private void fill() {
        test.tree("b").increment(-1, 3);
        for (int key = 0; key < 300; key++) {
            test.tree("a").set(key * 7L, 20240229, key);
            test.tree("a").increment(key * 7L);
        }
        test.store().snapshot("a");
        test.tree("a").set(Long.MIN_VALUE, 20261101, -1);
        test.tree("a").reset(7);
        test.store().createTree("empty");
    }

    @ParameterizedTest
    @EnumSource
    void showsWhatAStoreWouldHold(HistoryKind history) {
        fill();
        var expected = test.contents();
        List<String> trees = test.store().trees();
        test.kill();
        var before = Directories.contents(test.directory());
        try (DirectoryContents contents = read(history)) {
            assertThat(contents.trees()).isEqualTo(trees).containsExactly("b", "a", "empty");
            assertThat(contents.warnings()).isEmpty();
            SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> found = new TreeMap<>();
            for (String tree : contents.trees()) {
                SortedMap<String, SortedMap<Integer, Long>> keys = new TreeMap<>();
                List<Long> order = new ArrayList<>();
                contents.find(tree, DayRange.ALL, (key, buckets) -> {
                    order.add(key);
                    keys.put(Long.toUnsignedString(key), buckets.toMap());
                });
                assertThat(order).isSortedAccordingTo(Long::compareUnsigned);
                assertThat(contents.keyCount(tree)).isEqualTo(order.size());
                found.put(tree, keys);
            }
            assertThat(found).isEqualTo(expected);
            Map<Long, SortedMap<Integer, Long>> inRange = new TreeMap<>();
            contents.find("b", new DayRange(20240101, 20241231), (key, buckets) -> inRange.put(key, buckets.toMap()));
            assertThat(inRange).isEqualTo(Map.of(-1L, new TreeMap<>()));
            assertThatThrownBy(() -> contents.keyCount("nope")).isInstanceOf(TreeNotFoundException.class);
        }
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void sayThatATornTailWasLeftOut() {
        fill();
        test.kill();
        Directories.cut(test.file("karma.wal"), 5);
        var before = Directories.contents(test.directory());
        try (DirectoryContents contents = read(HistoryKind.ON_HEAP)) {
            assertThat(contents.trees()).containsExactly("b", "a");
            assertThat(contents.warnings()).singleElement().asString().contains("unfinished line");
        }
        assertThat(Directories.contents(test.directory())).isEqualTo(before);
    }

    @Test
    void refuseADirectoryThatIsOpenDamagedOrMissing() throws Exception {
        fill();
        assertThatThrownBy(() -> read(HistoryKind.ON_HEAP))
                .isInstanceOf(DirectoryLockedException.class)
                .hasMessageContaining(test.directory().toString())
                .hasMessageContaining("Stop the server");
        test.kill();
        read(HistoryKind.ON_HEAP).close();
        Path log = test.file("karma.wal");
        Directories.write(log, Directories.text(log).replace("\"count\":2", "\"count\":3"));
        assertThatThrownBy(() -> read(HistoryKind.ON_HEAP)).isInstanceOf(CorruptionException.class);
        test.in(parent.resolve("missing"));
        assertThatThrownBy(() -> read(HistoryKind.ON_HEAP)).isInstanceOf(StorageException.class);
        assertThat(Files.exists(test.directory())).isFalse();
    }

    @Test
    void keepTheirMemoryFromThoseWhoComeTooLate() {
        fill();
        test.kill();
        DirectoryContents contents = read(HistoryKind.OFF_HEAP);
        contents.close();
        contents.close();
        assertThatThrownBy(() -> contents.keyCount("a")).isInstanceOf(IllegalStateException.class);
    }
}
