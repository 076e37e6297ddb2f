package io.karmadb.simulation;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/**
 * Everything at the moment before a file operation, to crash there.
 *
 * @param disk what is on the disk
 * @param mark what a restart may find
 * @param now the time
 * @param files what the snapshot files hold that are known to be there
 * @param operation the operation that the crash comes before
 * @param path of what
 * @param situations what the store is in the middle of
 */
record Image(
        DiskState disk,
        History.Mark mark,
        Instant now,
        Map<String, Map<Long, NavigableMap<Integer, Long>>> files,
        Operation operation,
        Path path,
        Set<Situation> situations) {}
