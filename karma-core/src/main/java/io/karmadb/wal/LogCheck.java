package io.karmadb.wal;

import io.karmadb.CorruptionException;
import io.karmadb.KarmaException;
import io.karmadb.RestoreException;
import io.karmadb.StorageException;
import io.karmadb.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks every file of a log, also those that nobody needs any more, and goes on after a problem, where
 * {@link LogReader} stops at the first. Reads each file as that one does, and changes nothing on disk. For one use by one
 * thread.
 */
public final class LogCheck {
    private final Disk disk;
    private final Path directory;
    private final LineHandler handler;

    /** What the manifest says; null if there is none that could be read. */
    private final LogExpectation expectation;

    private final long neededAfter;

    /** The LSN that the log must reach, and that no torn tail can lie at or below. */
    private final long reach;

    private final List<CheckedLogFile> checked = new ArrayList<>();

    /** The LSN of the first line in {@code karma.wal}; 0 if it has none. */
    private long firstLsnOfCurrent;

    /** Whether a file that is needed has been checked: then all that follow are needed too, without a gap. */
    private boolean begun;

    /** The LSN with which the next file must begin; 0 if nothing tells. */
    private long nextLsn;

    /**
     * Makes a check.
     *
     * @param disk where
     * @param directory the directory, whose log is not open
     * @param expectation what the manifest says, or null if there is none that could be read; then every file is taken
     *     for what it looks like
     * @param handler receives all good lines of all files
     */
    public LogCheck(Disk disk, Path directory, LogExpectation expectation, LineHandler handler) {
        this.disk = disk;
        this.directory = directory;
        this.expectation = expectation;
        this.handler = handler;
        neededAfter = expectation == null ? 0 : expectation.neededAfter();
        OlderLog older = older();
        long olderLines = older == null || neededAfter >= older.lines() ? 0 : older.lines();
        reach = expectation == null || isOff() ? 0 : Math.max(expectation.reach(), olderLines);
    }

    /**
     * Checks the files.
     *
     * @return what was found: WAL segments by their first LSN, then {@code karma.wal} if it is there, or if it is missing
     *     although the manifest knows of lines that are in no other file
     * @throws StorageException if the directory cannot be listed
     */
    public List<CheckedLogFile> run() throws StorageException {
        List<Long> segments = new ArrayList<>();
        boolean current = false;
        try {
            for (String name : disk.list(directory)) {
                long firstLsn = LogFiles.firstLsn(name);
                if (firstLsn > 0) {
                    segments.add(firstLsn);
                }
                current |= name.equals(LogFiles.CURRENT);
            }
        } catch (IOException e) {
            throw new StorageException("Cannot list the log files: directory=" + directory + ": " + e, e);
        }
        segments.sort(null);
        Findings last = new Findings(LogFiles.CURRENT);
        if (current) {
            last.run(() -> firstLsnOfCurrent = firstLsn(last.name));
        }
        for (int i = 0; i < segments.size(); i++) {
            long following = i + 1 < segments.size() ? segments.get(i + 1) : firstLsnOfCurrent;
            checkSegment(segments.get(i), following);
        }
        if (current) {
            checkCurrent(last, segments);
        } else if (segments.isEmpty() || nextLsn > 0) {
            last.run(() -> requireReach(last));
            if (last.problem != null) {
                last.end(true);
            }
        }
        return checked;
    }

    private OlderLog older() {
        return expectation == null ? null : expectation.older();
    }

    private boolean isOff() {
        return neededAfter == Long.MAX_VALUE;
    }

    private void checkSegment(long firstLsn, long following) {
        Findings file = new Findings(LogFiles.segmentName(firstLsn));
        boolean needed = begun || !isOff() && (following == 0 || following > neededAfter + 1);
        file.run(() -> {
            LogFiles.requireRegular(disk, file.path);
            OlderLog older = older();
            if (firstLsn == 1 && (older != null && older.lines() > 0 || looksOlder(file.name))) {
                file.readOlder(false);
                return;
            }
            file.readNumbered(firstLsn, true, -1);
            if (file.lines == 0) {
                throw LogLine.corrupt(file.path, 0, 1, "LSN " + firstLsn, "an empty file");
            }
            if (needed) {
                requireInOrder(file, firstLsn);
            }
        });
        file.end(needed);
    }

    private void checkCurrent(Findings file, List<Long> segments) {
        file.run(() -> {
            LogFiles.requireRegular(disk, file.path);
            boolean older = older() == null
                    ? looksOlder(file.name)
                    : segments.isEmpty() && LogReader.isOlderCurrent(disk, directory, older(), neededAfter);
            if (older) {
                file.readOlder(true);
            } else {
                readNumberedCurrent(file, segments);
            }
            if (file.lines > 0 || nextLsn > 0 || segments.isEmpty()) {
                requireReach(file);
            }
        });
        file.end(!isOff());
    }

    private void readNumberedCurrent(Findings file, List<Long> segments) throws IOException {
        long first = firstLsnOfCurrent > 0 ? firstLsnOfCurrent : nextLsn > 0 ? nextLsn : isOff() ? 1 : neededAfter + 1;
        file.readNumbered(first, firstLsnOfCurrent > 0 || nextLsn > 0, reach);
        long lastSegment = segments.isEmpty() ? 0 : segments.get(segments.size() - 1);
        if (firstLsnOfCurrent > 0 && lastSegment >= firstLsnOfCurrent) {
            throw LogLine.corrupt(
                    file.path,
                    0,
                    1,
                    "an LSN above that of the last segment, " + lastSegment,
                    "LSN " + firstLsnOfCurrent);
        }
        if (firstLsnOfCurrent > 0 && !isOff()) {
            requireInOrder(file, firstLsnOfCurrent);
        }
    }

    private long firstLsn(String name) throws IOException {
        return new NumberedFile(disk, directory, name, line -> {}).firstLsn();
    }

    /** Without a manifest to tell: says whether a file starts like one of an older server. */
    private boolean looksOlder(String name) throws IOException {
        return expectation == null && new NumberedFile(disk, directory, name, line -> {}).isForeign();
    }

    /** Checks that a file follows the one before, or that nothing before the first one is needed. */
    private void requireInOrder(Findings file, long firstLsn) {
        boolean wrong = begun ? nextLsn > 0 && firstLsn != nextLsn : expectation != null && firstLsn > neededAfter + 1;
        if (wrong) {
            long expected = begun ? nextLsn : neededAfter + 1;
            String previous = begun ? checked.get(checked.size() - 1).name() : null;
            throw LogLine.outOfOrder(file.path, expected, previous, firstLsn);
        }
    }

    private void requireReach(Findings file) throws IOException {
        long read = (file.lines > 0 ? file.nextLsn : nextLsn) - 1;
        long last = file.lines > 0 ? read : Math.max(read, neededAfter);
        if (last < reach) {
            throw new CorruptionException(
                    file.path,
                    disk.exists(file.path) ? disk.size(file.path) : 0,
                    "a log that reaches LSN " + reach,
                    "the end of the log after LSN " + last);
        }
    }

    private interface Reading {
        void run() throws IOException;
    }

    /** What is found in one file. */
    private final class Findings {
        private final String name;
        private final Path path;
        private long nextLsn;
        private long lines;
        private boolean older;
        private boolean whole;
        private TornTail torn;
        private KarmaException problem;

        Findings(String name) {
            this.name = name;
            this.path = disk.resolve(directory, name);
        }

        void run(Reading reading) {
            problem = null;
            try {
                reading.run();
            } catch (CorruptionException | RestoreException e) {
                problem = e;
            } catch (IOException e) {
                problem = new StorageException(
                        "Cannot read the write-ahead log: file=" + path + ": " + e,
                        new CorruptionException(path, -1, "a file that can be read", e.toString()));
            }
        }

        void readNumbered(long firstLsn, boolean known, long forcedLsn) throws IOException {
            NumberedFile file = new NumberedFile(disk, directory, name, handler);
            try {
                torn = file.read(firstLsn, known, 0, Long.MAX_VALUE, forcedLsn);
                whole = true;
            } finally {
                lines = file.goodLines();
                nextLsn = Math.max(file.nextLsn(), firstLsn);
            }
        }

        void readOlder(boolean current) throws IOException {
            OlderFile file = new OlderFile(disk, directory, name, 0, handler);
            older = true;
            try {
                OlderLog known = older();
                torn = known == null ? file.readUnknown() : file.readKnown(known, current);
                whole = true;
            } finally {
                lines = file.lines();
                nextLsn = lines + 1;
            }
        }

        void end(boolean needed) {
            checked.add(new CheckedLogFile(
                    name,
                    lines == 0 ? 0 : nextLsn - lines,
                    lines == 0 ? 0 : nextLsn - 1,
                    lines,
                    older,
                    needed,
                    whole,
                    torn,
                    problem));
            begun |= needed;
            LogCheck.this.nextLsn = whole ? nextLsn : 0;
        }
    }
}
