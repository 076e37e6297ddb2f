package io.karmadb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import io.karmadb.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A store of a test, that can be killed: the directory is copied as it is while the store is open, and the copy opened.
 * Every line is written before it is acknowledged.
 */
final class TestStore implements AutoCloseable {
    static final LocalDate FIRST_DAY = LocalDate.of(2026, 11, 20);

    final TurnableClock clock = new TurnableClock(FIRST_DAY);

    private final Path parent;
    private final Disk disk;
    private UnaryOperator<KarmaOptions.Builder> settings = builder -> builder;
    private Path directory;
    private int directories;
    private KarmaStore store;

    /** Prepares a store in a new directory, which does not exist yet. */
    TestStore(Path parent) {
        this(parent, new WatchedDisk());
    }

    TestStore(Path parent, Disk disk) {
        this.parent = parent;
        this.disk = disk;
        this.directory = nextDirectory();
    }

    /** Sets how the store is opened from now on, where that is to be other than usual. */
    TestStore with(UnaryOperator<KarmaOptions.Builder> other) {
        settings = other;
        return this;
    }

    /** Goes on in another directory. */
    TestStore in(Path other) {
        directory = other;
        return this;
    }

    private KarmaOptions options(Path path) {
        KarmaOptions.Builder usual = KarmaOptions.builder()
                .directory(path)
                .durability(Durability.WRITE)
                .history(HistoryKind.ON_HEAP)
                .clock(clock)
                .zone(ZoneOffset.UTC);
        return settings.apply(usual).build();
    }

    Path directory() {
        return directory;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    KarmaStore store() {
        return store;
    }

    Tree tree(String name) {
        return store.tree(name);
    }

    SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> contents() {
        return StoreContents.of(store);
    }

    KarmaStore open() {
        store = Engine.open(options(directory), disk);
        return store;
    }

    KarmaStore restart() {
        store.close();
        return open();
    }

    /** Leaves the directory as a kill would, without opening it again. */
    Path kill() {
        Path copy = copyTo(nextDirectory());
        KarmaStore killed = store;
        store = null;
        killed.close();
        directory = copy;
        return copy;
    }

    KarmaStore killAndRestart() {
        kill();
        return open();
    }

    /** Copies the directory as it is. */
    Path copy() {
        return copyTo(nextDirectory());
    }

    private Path copyTo(Path copy) {
        if (disk instanceof WatchedDisk watched) {
            watched.between(() -> Directories.copy(directory, copy));
        } else {
            Directories.copy(directory, copy);
        }
        return copy;
    }

    /** Does something, and returns the directory as a kill after each change that it makes would leave it. */
    List<Path> killsDuring(Runnable action) {
        List<Path> kills = new ArrayList<>();
        WatchedDisk watched = (WatchedDisk) disk;
        watched.afterEachChange(() -> kills.add(copyTo(nextDirectory())));
        try {
            action.run();
        } finally {
            watched.afterEachChange(() -> {});
        }
        assertThat(kills).isNotEmpty();
        return kills;
    }

    /** Opens the store on a directory that a kill has left, looks at it and closes it. */
    void inspect(Path kill, Consumer<KarmaStore> look) {
        try (KarmaStore opened = Engine.open(options(kill), new WatchedDisk())) {
            look.accept(opened);
        } catch (Throwable e) {
            throw new AssertionError("in " + kill + ": " + Directories.names(kill, ".*"), e);
        }
    }

    private Path nextDirectory() {
        return parent.resolve("data-" + directories++);
    }

    void turnDay() {
        clock.turnTo(clock.instant().atZone(ZoneOffset.UTC).toLocalDate().plusDays(1));
    }

    /** Makes the directory, so that files can be put into it before the store is opened. */
    TestStore makeDirectory() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
            store = null;
        }
    }
}
