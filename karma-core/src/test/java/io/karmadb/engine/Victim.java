package io.karmadb.engine;

import io.karmadb.Durability;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A process that counts until it is killed, with a checkpoint now and then. It writes a letter before each increment of a
 * key, {@code A} for key 0 and so on, and the small letter once it is acknowledged.
 */
final class Victim {
    static final int KEYS = 3;

    private static final Object OUTPUT = new Object();

    private Victim() {}

    public static void main(String[] args) throws IOException {
        KarmaStore store = KarmaStore.open(KarmaOptions.builder()
                .directory(Path.of(args[0]))
                .durability(Durability.valueOf(args[1]))
                .history(HistoryKind.ON_HEAP)
                .snapshotsKept(2)
                .build());
        try (FileOutputStream output = new FileOutputStream(FileDescriptor.out)) {
            for (int key = 0; key < KEYS; key++) {
                int mine = key;
                Thread writer = new Thread(() -> count(store, mine, output));
                writer.setDaemon(true);
                writer.start();
            }
            while (true) {
                store.checkpoint();
            }
        }
    }

    private static void count(KarmaStore store, int key, FileOutputStream output) {
        try {
            while (true) {
                tell(output, 'A' + key);
                store.tree("a").increment(key);
                tell(output, 'a' + key);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tell(FileOutputStream output, int letter) throws IOException {
        synchronized (OUTPUT) {
            output.write(letter);
        }
    }
}
