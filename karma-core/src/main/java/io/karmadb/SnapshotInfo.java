package io.karmadb;

import java.nio.file.Path;

/**
 * A snapshot file in the store's directory.
 *
 * @param file its absolute path
 * @param name its bare name; under a locale that is not UTF-8 the path's own text may show other letters
 * @param tree the name of the tree as the file's name tells it
 * @param seconds the number in the file's name: Unix time in seconds, raised where needed to be the newest of its tree
 * @param bytes the file's size
 */
public record SnapshotInfo(Path file, String name, String tree, long seconds, long bytes) {}
