package io.karmadb.engine;

import io.karmadb.DayRange;
import io.karmadb.HistoryKind;
import io.karmadb.Ticket;
import io.karmadb.counter.CounterTree;
import io.karmadb.disk.Disk;
import io.karmadb.disk.RealDisk;
import io.karmadb.snapshot.SnapshotContent;
import io.karmadb.snapshot.SnapshotReader;
import io.karmadb.wal.LogLine;
import io.karmadb.wal.LogReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What one tree was after each line of its whole log, by plain maps that are changed line after line. What is on disk
 * besides has a say only where a line loads a snapshot. A line that cannot follow the ones before is an error.
 */
final class LogModel {
    /** What a line did: the key and the unsigned result of a command on a key, the file of a load. */
    record Effect(String command, long key, long amount, long value, String file) {}

    private final Disk disk = new RealDisk();
    private final LoggedCommand command = new LoggedCommand();
    private final Path directory;
    private final String tree;

    /** The buckets of each key as of each LSN that changed them; null while the key was not there. */
    private final Map<Long, NavigableMap<Long, SortedMap<Integer, Long>>> keys = new HashMap<>();

    private final SortedMap<Long, Effect> effects = new TreeMap<>();
    private boolean living;

    private LogModel(Path directory, String tree) {
        this.directory = directory;
        this.tree = tree;
    }

    /** Replays the log of a directory from its first line on, all of whose commands are about one tree. */
    static LogModel replay(Path directory, String tree) {
        LogModel model = new LogModel(directory, tree);
        LogReader.read(model.disk, directory, 0, 0, Long.MAX_VALUE, null, false, model::line);
        return model;
    }

    /** Returns what the lines did, by LSN. */
    SortedMap<Long, Effect> effects() {
        return effects;
    }

    /** Returns a key's buckets after a line, or null if it was not there. */
    SortedMap<Integer, Long> buckets(long key, long lsn) {
        var changes = keys.get(key);
        var change = changes == null ? null : changes.floorEntry(lsn);
        return change == null ? null : change.getValue();
    }

    /** Returns a key's total after a line. */
    long total(long key, long lsn) {
        return sum(buckets(key, lsn));
    }

    /** Returns what is left after the last line, as {@link StoreContents} tells it. */
    SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> contents() {
        SortedMap<String, SortedMap<String, SortedMap<Integer, Long>>> contents = new TreeMap<>();
        if (living) {
            SortedMap<String, SortedMap<Integer, Long>> present = new TreeMap<>();
            keys.keySet().forEach(key -> {
                if (buckets(key, Long.MAX_VALUE) != null) {
                    present.put(Long.toUnsignedString(key), buckets(key, Long.MAX_VALUE));
                }
            });
            contents.put(tree, present);
        }
        return contents;
    }

    /** Checks that a snapshot holds each key as it was at some moment after the snapshot's LSN, up to another. */
    void requireOfItsTime(String snapshot, long upTo) {
        SnapshotContent content = new SnapshotReader(disk, directory, HistoryKind.ON_HEAP).read(snapshot);
        Map<Long, SortedMap<Integer, Long>> held = taken(content);
        Set<Long> all = new HashSet<>(held.keySet());
        all.addAll(keys.keySet());
        for (long key : all) {
            List<SortedMap<Integer, Long>> possible = new ArrayList<>();
            possible.add(buckets(key, content.lsn()));
            if (keys.containsKey(key)) {
                possible.addAll(keys.get(key)
                        .subMap(content.lsn(), false, Math.max(content.lsn(), upTo), true)
                        .values());
            }
            if (!possible.contains(held.get(key))) {
                throw new AssertionError("not of its time: file=" + snapshot + ", lsn=" + content.lsn() + ", upTo="
                        + upTo + ", key=" + Long.toUnsignedString(key) + ", held=" + held.get(key) + ", possible="
                        + possible);
            }
        }
    }

    private void line(LogLine line) {
        command.read(line);
        if (!command.target().equals(tree)) {
            throw line.corrupt("a command on " + tree, command.target());
        }
        long key = command.hasKey ? command.key : 0;
        long lsn = line.lsn();
        SortedMap<Integer, Long> before = command.hasKey && living ? buckets(key, lsn) : null;
        long bucket = before == null ? 0 : before.getOrDefault((int) command.day, 0L);
        long amount = 0;
        long value = 0;
        String file = null;
        switch (command.command) {
            case "increment" -> {
                amount = command.count - bucket;
                require(command.hasCount && amount > 0, line, "a count above " + bucket);
                change(key, lsn, buckets -> buckets.put((int) command.day, command.count));
                value = total(key, lsn);
            }
            case "decrement" -> {
                boolean found = before != null && before.containsKey((int) command.day);
                require(command.hasCount == found, line, "a count where there is a bucket");
                change(key, lsn, buckets -> {
                    if (found) {
                        buckets.put((int) command.day, command.count);
                    }
                });
                value = found ? bucket - command.count : 0;
                require(value >= 0, line, "a count of at most " + bucket);
            }
            case "set" -> {
                amount = command.count;
                require(command.hasCount, line, "a count");
                change(key, lsn, buckets -> buckets.put((int) command.day, command.count));
                value = total(key, lsn);
            }
            case "reset" -> remove(lsn, 0, Integer.MAX_VALUE);
            case "delete" -> remove(lsn, Days.clamp(command.from), Days.clamp(command.to));
            case "create" -> require(!living, line, "the tree to be missing");
            case "drop" -> {
                require(living, line, "the tree to be there");
                keys.values().forEach(changes -> changes.put(lsn, null));
            }
            case "load" -> {
                file = command.treeName;
                load(file, lsn);
            }
            default -> throw line.corrupt("a command that changes something", command.command);
        }
        living = !command.command.equals("drop");
        effects.put(lsn, new Effect(command.command, key, amount, value, file));
    }

    private static void require(boolean condition, LogLine line, String expected) {
        if (!condition) {
            throw line.corrupt(expected, new String(line.array(), line.start(), line.length()));
        }
    }

    /** Changes a key, which comes to be if it is missing. */
    private void change(long key, long lsn, Consumer<SortedMap<Integer, Long>> change) {
        SortedMap<Integer, Long> before = buckets(key, lsn);
        SortedMap<Integer, Long> after = before == null ? new TreeMap<>() : new TreeMap<>(before);
        change.accept(after);
        keys.computeIfAbsent(key, added -> new TreeMap<>()).put(lsn, after);
    }

    private void remove(long lsn, int first, int last) {
        Consumer<SortedMap<Integer, Long>> removal =
                buckets -> buckets.keySet().removeIf(day -> first <= day && day <= last);
        if (command.hasKey) {
            change(command.key, lsn, removal);
            return;
        }
        keys.forEach((key, changes) -> {
            if (buckets(key, lsn) != null) {
                change(key, lsn, removal);
            }
        });
    }

    private void load(String file, long lsn) {
        SnapshotContent content = new SnapshotReader(disk, directory, HistoryKind.ON_HEAP).read(file);
        require(content.bytes() == command.fileBytes && tree.equals(content.treeName()), file);
        keys.values().forEach(changes -> changes.put(lsn, null));
        taken(content)
                .forEach((key, buckets) ->
                        keys.computeIfAbsent(key, added -> new TreeMap<>()).put(lsn, buckets));
    }

    private static void require(boolean condition, String file) {
        if (!condition) {
            throw new AssertionError("not the file that the line loads: " + file);
        }
    }

    /** Takes the counters out of what was read, and checks their totals. */
    private static Map<Long, SortedMap<Integer, Long>> taken(SnapshotContent content) {
        CounterTree counters = content.tree();
        Map<Long, SortedMap<Integer, Long>> taken = new HashMap<>();
        Ticket ticket = Ticket.waiting();
        for (int branch = 0; branch < counters.branchCount(); branch++) {
            for (long key : counters.keys(branch)) {
                counters.find(key, DayRange.ALL.first(), DayRange.ALL.last(), ticket);
                taken.put(key, ticket.buckets().toMap());
                counters.total(key, ticket);
                if (ticket.value() != sum(taken.get(key))) {
                    throw new AssertionError("a total is not the sum of its buckets: " + taken);
                }
            }
        }
        counters.release();
        return taken;
    }

    private static long sum(SortedMap<Integer, Long> buckets) {
        return buckets == null
                ? 0
                : buckets.values().stream().mapToLong(Long::longValue).sum();
    }
}
