package io.karmadb.snapshot;

import io.karmadb.counter.CounterTree;

/**
 * What a snapshot file holds.
 *
 * @param tree its counters, to be released by the caller; null if the file was only checked
 * @param treeName the tree's true name; null in a file of an older server, whose name tells it
 * @param store the id of the store that wrote it; null in a file of an older server
 * @param lsn the last LSN given out when it was begun; -1 in a file of an older server
 * @param keys the number of keys
 * @param bytes the file's size
 * @param fileCrc the CRC-32C of the whole file
 */
public record SnapshotContent(
        CounterTree tree, String treeName, String store, long lsn, long keys, long bytes, int fileCrc) {}
