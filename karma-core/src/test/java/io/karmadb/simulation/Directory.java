package io.karmadb.simulation;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The files of the data directory of a simulated disk, by name, to be looked at and damaged. */
final class Directory {
    private static final Instant MODIFIED = Instant.parse("2026-11-20T12:00:00Z");

    private Directory() {}

    /** Returns the files directly in the data directory with what a reader sees in them. */
    static Map<String, byte[]> filesOf(DiskState disk) {
        Map<String, byte[]> files = new TreeMap<>();
        disk.directories().get(Player.DIRECTORY).seen().forEach((name, number) -> {
            if (number != DirectoryState.DIRECTORY) {
                files.put(name, disk.files().get(number).cached().toBytes());
            }
        });
        return files;
    }

    /** Returns a disk with nothing but these files in its data directory, all of them forced. */
    static DiskState with(Map<String, byte[]> contents) {
        return with(contents, MODIFIED);
    }

    /** Returns a disk with nothing but these files in its data directory, whose names are forced. */
    static DiskState of(Map<String, FileState> contents) {
        Map<Integer, FileState> files = new HashMap<>();
        contents.values().forEach(content -> files.put(files.size(), content));
        return new DiskState(files, directories(contents.keySet(), true));
    }

    /** Returns a disk with nothing but these files, forced and last changed at some moment, in its data directory. */
    static DiskState with(Map<String, byte[]> contents, Instant modified) {
        return new DiskState(files(contents, true, modified), directories(contents.keySet(), true));
    }

    /** Returns a disk with nothing but these files in its data directory, none of them forced. */
    static DiskState unforced(Map<String, byte[]> contents) {
        return new DiskState(files(contents, false, MODIFIED), directories(contents.keySet(), false));
    }

    private static Map<Integer, FileState> files(Map<String, byte[]> contents, boolean forced, Instant modified) {
        Map<Integer, FileState> files = new HashMap<>();
        for (byte[] content : contents.values()) {
            FileState written = FileState.empty(modified).write(0, content, 0, content.length, modified);
            files.put(files.size(), forced ? written.force() : written);
        }
        return files;
    }

    private static Map<Path, DirectoryState> directories(Set<String> names, boolean forced) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        List<DirectoryState.Change> changes = new ArrayList<>();
        for (String name : names) {
            changes.add(new DirectoryState.Change(null, name, numbers.size()));
            numbers.put(name, numbers.size());
        }
        DirectoryState data = new DirectoryState(Map.of(), changes, numbers);
        Path parent = Player.DIRECTORY.getParent();
        return Map.of(
                parent.getParent(),
                DirectoryState.EMPTY.withDirectory(parent.getFileName().toString()),
                parent,
                DirectoryState.EMPTY.withDirectory(
                        Player.DIRECTORY.getFileName().toString()),
                Player.DIRECTORY,
                forced ? data.force() : data);
    }
}
