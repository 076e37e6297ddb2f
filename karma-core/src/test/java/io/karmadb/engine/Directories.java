package io.karmadb.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Fills and copies data directories, and looks at what is in them. The lock file does not count. */
final class Directories {
    static final String LOCK = "karma.lock";

    private Directories() {}

    /**
     * Fills a directory and leaves it as a killed process does: a manifest, snapshots, lines in the current file, and two
     * segments, which b needs, since checkpoints of it were refused.
     *
     * @param lastKey the key of a that the last line is about
     */
    static void leaveTwoSegments(TestStore test, HookedDisk disk, long lastKey) {
        test.open();
        test.tree("a").increment(1);
        test.store().snapshot("a");
        test.tree("b").increment(1);
        disk.hook((action, name) -> {
            if (action == HookedDisk.Action.CREATE && name.endsWith("_b.tree.tmp")) {
                throw new IOException("refused");
            }
        });
        test.store().checkpoint();
        test.tree("b").increment(1);
        test.store().checkpoint();
        test.tree("b").increment(1);
        test.tree("a").increment(lastKey);
        disk.hook((action, name) -> {});
        test.kill();
    }

    /** Copies a directory as a killed process leaves it: also times of last change, and which names are of one file. */
    static void copy(Path from, Path to) {
        Map<Object, Path> copies = new HashMap<>();
        try {
            for (Path entry : entries(from)) {
                Path copy = to.resolve(from.relativize(entry).toString());
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(copy);
                    continue;
                }
                Object file =
                        Files.readAttributes(entry, BasicFileAttributes.class).fileKey();
                Path sameFile = file == null ? null : copies.putIfAbsent(file, copy);
                if (sameFile == null) {
                    Files.copy(entry, copy, StandardCopyOption.COPY_ATTRIBUTES);
                } else {
                    Files.createLink(copy, sameFile);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns all files under a directory, by name, with their bytes and the time of their last change. */
    static SortedMap<String, String> contents(Path directory) {
        SortedMap<String, String> contents = new TreeMap<>();
        try {
            for (Path entry : entries(directory)) {
                String name = directory.relativize(entry).toString();
                contents.put(
                        name,
                        Files.isDirectory(entry)
                                ? "a directory"
                                : Files.getLastModifiedTime(entry) + " " + text(entry));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return contents;
    }

    /** Returns the names of the files of a directory that match a regular expression, sorted. */
    static List<String> names(Path directory, String regex) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(regex))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a file's bytes, each as one character. */
    static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a file other bytes, one for each character. */
    static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cuts a file down to its first bytes. */
    static void cut(Path file, int bytesLess) {
        String text = text(file);
        write(file, text.substring(0, text.length() - bytesLess));
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(entry -> !entry.endsWith(LOCK)).sorted().toList();
        }
    }
}
