package io.karmadb.engine;

import io.karmadb.CorruptionException;
import io.karmadb.Day;
import io.karmadb.HistoryKind;
import io.karmadb.Ticket;
import io.karmadb.counter.CounterTree;
import io.karmadb.counter.Journal;
import io.karmadb.snapshot.SnapshotContent;
import io.karmadb.snapshot.SnapshotFile;
import io.karmadb.snapshot.SnapshotReader;
import io.karmadb.wal.LineHandler;
import io.karmadb.wal.LogLine;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Carries out logged commands, line by line, on trees read from snapshots. A line of ours says what a bucket holds, so it
 * may meet a state that has it already; a line of an older server says what to add, and meets exactly the state before
 * it. Not safe for several threads at once.
 */
final class Replay implements LineHandler {
    /** A snapshot file that a line of the log loads, so that it must not be deleted while that line is needed. */
    record Load(String file, long lsn) {}

    private final Map<String, Restored> trees;
    private final Map<String, Long> starts;
    private final long startOfOthers;
    private final int olderDay;
    private final HistoryKind history;
    private final SnapshotReader reader;
    private final LoggedCommand command = new LoggedCommand();
    private final SameLsn journal = new SameLsn();
    private final Ticket ticket = Ticket.waiting();
    private final List<Load> loads = new ArrayList<>();

    private Set<String> wanted;
    private long applied;
    private long overflows;

    /**
     * Prepares a replay.
     *
     * @param trees what was read from snapshots, in order of creation; changed by the replay
     * @param startOfOthers the LSN above which lines count for trees that are not among them
     * @param olderDay the day that lines without a day belong to
     * @param history where trees that come to be keep their older buckets
     * @param reader reads the files of loads
     */
    Replay(Map<String, Restored> trees, long startOfOthers, int olderDay, HistoryKind history, SnapshotReader reader) {
        this.trees = trees;
        this.starts = new LinkedHashMap<>();
        trees.forEach((name, tree) -> starts.put(name, tree.lsn()));
        this.startOfOthers = startOfOthers;
        this.olderDay = olderDay;
        this.history = history;
        this.reader = reader;
    }

    /** Returns the number of lines that counted. */
    long applied() {
        return applied;
    }

    /** Returns the number of lines of an older server that would have taken a counter past its maximum. */
    long overflows() {
        return overflows;
    }

    /** Returns the loads among the lines that were read, counted or not. */
    List<Load> loads() {
        return loads;
    }

    /** Restricts the replay to some trees: lines of others do not count. */
    void only(Set<String> names) {
        wanted = names;
    }

    @Override
    public void line(LogLine line) throws CorruptionException {
        read(line);
        apply(line);
    }

    /**
     * Reads a line, for {@link #apply}.
     *
     * @return what it says, until the next one is read
     */
    LoggedCommand read(LogLine line) throws CorruptionException {
        command.read(line);
        return command;
    }

    /** Carries out the line that was read last, if it counts. */
    void apply(LogLine line) throws CorruptionException {
        String name = command.target();
        if (command.loadedTree != null) {
            loads.add(new Load(command.treeName, line.lsn()));
        }
        if (line.lsn() <= starts.getOrDefault(name, startOfOthers) || wanted != null && !wanted.contains(name)) {
            return;
        }
        applied++;
        journal.lsn = line.lsn();
        switch (command.command) {
            case "increment" -> increment(name, line);
            case "decrement" -> decrement(name, line);
            case "set" -> set(name, line);
            case "create" -> tree(name, line);
            case "drop" -> drop(name);
            case "delete" -> delete(name, line);
            case "reset" -> reset(name, line);
            case "load" -> load(name, line);
            default -> throw line.corrupt("a command that changes something", command.command);
        }
    }

    private void increment(String name, LogLine line) {
        if (!line.older()) {
            set(name, line);
            return;
        }
        requireKey(line);
        switch (tree(name, line).increment(command.key, olderDay, 1, journal, ticket)) {
            case DONE -> {}
            case OVERFLOW -> overflows++;
            default -> throw new AssertionError("nobody else uses the tree");
        }
    }

    private void decrement(String name, LogLine line) {
        requireKey(line);
        if (line.older()) {
            tree(name, line).decrement(command.key, olderDay, 1, journal, ticket);
        } else if (command.hasCount) {
            tree(name, line).replaySet(command.key, day(line), command.count, line.lsn());
        } else {
            tree(name, line).replayTouch(command.key, line.lsn());
        }
    }

    private void set(String name, LogLine line) {
        if (line.older()) {
            throw line.corrupt("a command that an older server knows", command.command);
        }
        requireKey(line);
        if (!command.hasCount) {
            throw line.corrupt("the field count", "none");
        }
        tree(name, line).replaySet(command.key, day(line), command.count, line.lsn());
    }

    private void delete(String name, LogLine line) {
        if (!command.hasRange) {
            throw line.corrupt("the fields time_from and time_to", "one or none of them");
        }
        if (Long.compareUnsigned(command.from, command.to) > 0) {
            throw line.corrupt("time_from not above time_to", Long.toUnsignedString(command.from));
        }
        int first = Days.clamp(command.from);
        int last = Days.clamp(command.to);
        if (command.hasKey) {
            tree(name, line).delete(command.key, first, last, journal, ticket);
        } else {
            tree(name, line).deleteAll(first, last, journal, ticket);
        }
    }

    private void reset(String name, LogLine line) {
        if (command.hasKey) {
            tree(name, line).reset(command.key, journal, ticket);
        } else {
            tree(name, line).resetAll(journal, ticket);
        }
    }

    private void drop(String name) {
        Restored dropped = trees.remove(name); // an older server also logged drops that failed
        if (dropped != null) {
            dropped.counters().release();
        }
    }

    private void load(String name, LogLine line) {
        if (command.loadedTree == null || command.fileBytes < 0 || command.fileCrc == null) {
            throw line.corrupt("the fields loaded_tree, file_bytes and file_crc", "not all of them");
        }
        SnapshotFile file;
        try {
            file = new SnapshotFile(command.treeName, command.fileBytes, HexFormat.fromHexDigits(command.fileCrc));
        } catch (IllegalArgumentException e) {
            throw line.corrupt("the name and the CRC of a snapshot file", e.getMessage());
        }
        SnapshotContent content = reader.read(file);
        Restored former = trees.put(name, new Restored(content.tree(), file, line.lsn()));
        if (former != null) {
            former.counters().release();
        }
    }

    private CounterTree tree(String name, LogLine line) {
        Restored tree = trees.get(name);
        if (tree == null) {
            tree = new Restored(CounterTree.create(history), null, line.lsn() - 1);
            trees.put(name, tree);
        }
        return tree.counters();
    }

    private void requireKey(LogLine line) {
        if (!command.hasKey) {
            throw line.corrupt("the field key", "none");
        }
    }

    private int day(LogLine line) {
        int day = command.hasDay ? Days.clamp(command.day) : 0;
        if (!Day.isValid(day)) {
            throw line.corrupt("a day of the calendar", command.hasDay ? Long.toUnsignedString(command.day) : "none");
        }
        return day;
    }

    /** Gives every command the LSN of the line that it is read from. */
    private static final class SameLsn implements Journal {
        private long lsn;

        @Override
        public long increment(long key, int day, long count) {
            return lsn;
        }

        @Override
        public long decrement(long key, int day, long count) {
            return lsn;
        }

        @Override
        public long decrementOfNothing(long key, int day) {
            return lsn;
        }

        @Override
        public long set(long key, int day, long count) {
            return lsn;
        }

        @Override
        public long delete(long key, int first, int last) {
            return lsn;
        }

        @Override
        public long deleteAll(int first, int last) {
            return lsn;
        }

        @Override
        public long reset(long key) {
            return lsn;
        }

        @Override
        public long resetAll() {
            return lsn;
        }
    }
}
