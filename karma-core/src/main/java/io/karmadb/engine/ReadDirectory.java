package io.karmadb.engine;

import io.karmadb.Buckets;
import io.karmadb.CounterVisitor;
import io.karmadb.DayRange;
import io.karmadb.DirectoryContents;
import io.karmadb.KarmaOptions;
import io.karmadb.ReadProgress;
import io.karmadb.StorageException;
import io.karmadb.Ticket;
import io.karmadb.TreeNotFoundException;
import io.karmadb.counter.CounterTree;
import io.karmadb.counter.Outcome;
import io.karmadb.disk.Disk;
import io.karmadb.disk.ReadOnlyDisk;
import io.karmadb.snapshot.Manifest;
import io.karmadb.snapshot.ManifestFile;
import io.karmadb.snapshot.ManifestTree;
import io.karmadb.snapshot.SnapshotCatalog;
import io.karmadb.snapshot.SnapshotName;
import io.karmadb.wal.LogFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The trees of a directory that was read and not opened. For one thread at a time. */
final class ReadDirectory implements DirectoryContents {
    private final Recovery.Result read;
    private final List<String> warnings;
    private boolean closed;

    private ReadDirectory(Recovery.Result read, List<String> warnings) {
        this.read = read;
        this.warnings = List.copyOf(warnings);
    }

    /** Reads a directory, on which nothing else may be at work. */
    static ReadDirectory of(Disk disk, Path directory, KarmaOptions options, ReadProgress listener) {
        ReadingProgress progress = new ReadingProgress(listener);
        Disk reading = new ReadOnlyDisk(disk, progress::read);
        Manifest manifest = new ManifestFile(reading, directory).read().orElse(null);
        progress.expect(bytesToRead(reading, directory, manifest));
        DayClock clock = DayClock.looking(options.clock(), options.zone());
        SnapshotCatalog catalog = new SnapshotCatalog(reading, directory);
        Recovery.Result read = new Recovery(reading, directory, options.history(), clock, catalog).read(manifest);
        boolean done = false;
        try {
            if (manifest == null || manifest.walOn()) {
                LogFiles.requireFinishable(reading, directory);
            }
            List<String> warnings = new ArrayList<>(read.warnings());
            if (read.end() != null && read.end().torn() != null) {
                warnings.add("the log ends in an unfinished line, which counts for nothing: bytes="
                        + read.end().torn().length());
            }
            ReadDirectory contents = new ReadDirectory(read, warnings);
            done = true;
            return contents;
        } finally {
            if (!done) {
                read.release();
            }
        }
    }

    /** Returns about how much there is to read: the log, and a snapshot of each tree. */
    private static long bytesToRead(Disk disk, Path directory, Manifest manifest) {
        long all = 0;
        try {
            for (String name : disk.list(directory)) {
                boolean log = LogFiles.kind(name)
                        .filter(kind -> kind == LogFiles.Kind.CURRENT || kind == LogFiles.Kind.SEGMENT)
                        .isPresent();
                boolean older = manifest == null && SnapshotName.parse(name).isPresent();
                Path file = disk.resolve(directory, name);
                all += (log || older) && disk.isRegularFile(file) ? disk.size(file) : 0;
            }
        } catch (IOException e) {
            throw new StorageException("Cannot list the directory: directory=" + directory + ", error=" + e, e);
        }
        for (ManifestTree tree : manifest == null ? List.<ManifestTree>of() : manifest.trees()) {
            all += tree.snapshot() == null ? 0 : tree.snapshot().bytes();
        }
        return all;
    }

    @Override
    public List<String> trees() {
        return List.copyOf(read.trees().keySet());
    }

    @Override
    public long keyCount(String tree) {
        return counters(tree).keyCount();
    }

    @Override
    public void find(String tree, DayRange range, CounterVisitor visitor) {
        CounterTree counters = counters(tree);
        Ticket ticket = Ticket.waiting();
        for (long key : sortedKeys(counters)) {
            Outcome outcome = counters.find(key, range.first(), range.last(), ticket);
            assert outcome == Outcome.DONE : outcome;
            Buckets buckets = ticket.buckets();
            visitor.visit(key, buckets);
        }
    }

    private static long[] sortedKeys(CounterTree counters) {
        long[] sorted = new long[Math.toIntExact(counters.keyCount())];
        int count = 0;
        for (int branch = 0; branch < counters.branchCount(); branch++) {
            for (long key : counters.keys(branch)) {
                sorted[count++] = key + Long.MIN_VALUE; // the order of signed numbers is then that of the unsigned ones
            }
        }
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] -= Long.MIN_VALUE;
        }
        return sorted;
    }

    private CounterTree counters(String tree) {
        if (closed) {
            throw new IllegalStateException("it has been closed");
        }
        Restored restored = read.trees().get(tree);
        if (restored == null) {
            throw new TreeNotFoundException(tree, 0);
        }
        return restored.counters();
    }

    @Override
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            read.release();
        }
    }
}
