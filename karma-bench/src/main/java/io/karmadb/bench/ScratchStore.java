package io.karmadb.bench;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A store in a directory of its own, made where {@code java.io.tmpdir} says and deleted in the end. */
final class ScratchStore implements AutoCloseable {
    private final Path directory;
    private final KarmaStore store;

    private ScratchStore(Path directory, KarmaStore store) {
        this.directory = directory;
        this.store = store;
    }

    static ScratchStore open(Durability durability, HistoryKind history) throws IOException {
        Path directory = Files.createTempDirectory("karma-bench");
        KarmaOptions options = KarmaOptions.builder()
                .directory(directory)
                .durability(durability)
                .history(history)
                .build();
        return new ScratchStore(directory, KarmaStore.open(options));
    }

    Tree tree() {
        return store.tree("links");
    }

    int today() {
        return store.today();
    }

    @Override
    public void close() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(ScratchStore::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
