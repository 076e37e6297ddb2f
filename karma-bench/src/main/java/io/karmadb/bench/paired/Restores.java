package io.karmadb.bench.paired;

import io.karmadb.Day;
import io.karmadb.Durability;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.RestoreReport;
import io.karmadb.Tree;
import io.karmadb.bench.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/** Opening a store with much to read; every round in a JVM of its own, which has warmed up nothing. */
final class Restores {
    private static final int KEYS = 1_000_000;
    private static final int DAYS = 10;
    private static final int LINES = 5_000_000;
    private static final int ROUNDS = 5;
    private static final long SEED = 20261123;

    /** The argument that makes {@link Paired} open a directory, for one round. */
    static final String OPEN = "--open";

    private Restores() {}

    static double snapshotSeconds() throws IOException, InterruptedException {
        return openSnapshot(0);
    }

    static double snapshotBytesPerKey() throws IOException, InterruptedException {
        return openSnapshot(1);
    }

    static double linesPerSecond() throws IOException, InterruptedException {
        try (ScratchDirectory directory = ScratchDirectory.make()) {
            try (KarmaStore store = open(directory.path())) {
                Tree tree = store.tree("links");
                SplittableRandom random = new SplittableRandom(SEED);
                for (int i = 0; i < LINES; i++) {
                    tree.increment(KeyDraw.key(random.nextInt(KEYS)));
                }
            }
            return LINES / rounds(directory.path(), 0);
        }
    }

    private static double openSnapshot(int figure) throws IOException, InterruptedException {
        try (ScratchDirectory directory = ScratchDirectory.make()) {
            try (KarmaStore store = open(directory.path())) {
                Tree tree = store.tree("links");
                LocalDate today = Day.toDate(store.today());
                for (int daysAgo = DAYS - 1; daysAgo >= 0; daysAgo--) {
                    int day = Day.of(today.minusDays(daysAgo));
                    for (int rank = 0; rank < KEYS; rank++) {
                        tree.incrementOn(day, KeyDraw.key(rank), 1 + (rank & 0xff));
                    }
                }
                store.checkpoint();
            }
            return rounds(directory.path(), figure);
        }
    }

    private static KarmaStore open(Path directory) {
        return KarmaStore.open(KarmaOptions.builder()
                .directory(directory)
                .durability(Durability.BUFFERED)
                .build());
    }

    private static double rounds(Path directory, int figure) throws IOException, InterruptedException {
        double[] figures = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            String[] answer =
                    Paired.fork(OPEN, directory.toString()).strip().lines().toArray(String[]::new);
            figures[i] = Double.parseDouble(answer[answer.length - 1].split(" ")[figure]);
        }
        System.out.println("  rounds: " + Arrays.toString(figures));
        return Contest.median(figures);
    }

    /** Opens a directory and prints the seconds it took and the bytes per key by which the process grew. */
    static void openOnce(Path directory) throws IOException {
        long before = Footprint.residentBytes();
        try (KarmaStore store = open(directory)) {
            RestoreReport report = store.restoreReport();
            long grown = Footprint.residentBytes() - before;
            System.out.printf(
                    Locale.ROOT, "%.3f %.1f%n", report.took().toNanos() / 1e9, (double) grown / report.keys());
        }
    }
}
