package io.karmadb.simulation;

import io.karmadb.disk.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Tells the files that belong into a data directory from those that should have been swept. */
final class Leftovers {
    private static final Pattern EXPECTED = Pattern.compile(
            "karma\\.(lock|manifest|ballast|wal|wal\\.\\d+\\.segment|wal\\.\\d+(\\.\\d+)?\\.torn|aside\\.\\d+)"
                    + "|\\d+_.*\\.tree");

    private Leftovers() {}

    static void requireNone(Disk disk, Path directory) {
        for (String name : list(disk, directory)) {
            if (!EXPECTED.matcher(name).matches()) {
                throw new AssertionError("a stray file: " + name);
            }
        }
    }

    static List<String> asides(Disk disk, Path directory) {
        return list(disk, directory).stream()
                .filter(name -> name.startsWith("karma.aside."))
                .sorted()
                .toList();
    }

    static boolean anySnapshot(Disk disk, Path directory) {
        return disk.exists(directory) && list(disk, directory).stream().anyMatch(name -> name.endsWith(".tree"));
    }

    private static List<String> list(Disk disk, Path directory) {
        try {
            return disk.list(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
