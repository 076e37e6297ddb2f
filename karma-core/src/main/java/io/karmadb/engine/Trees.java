package io.karmadb.engine;

import io.karmadb.HistoryKind;
import io.karmadb.StoreClosedException;
import io.karmadb.Ticket;
import io.karmadb.TreeNotFoundException;
import io.karmadb.counter.CounterTree;
import io.karmadb.counter.Journal;
import io.karmadb.counter.Outcome;
import io.karmadb.snapshot.SnapshotFile;
import io.karmadb.wal.LineTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The map of living trees. Commands that change which trees there are take their LSN under its lock, and the lock comes
 * before any branch's.
 *
 * <p><b>Threads:</b> any. Looking a tree up takes no lock.
 */
final class Trees {
    private final ReentrantLock lock = new ReentrantLock();
    private final ConcurrentHashMap<String, TreeState> byName = new ConcurrentHashMap<>();

    /** The same trees in order of creation; guarded by the lock. */
    private final Map<String, TreeState> ordered = new LinkedHashMap<>();

    private final HistoryKind historyKind;

    /** Starts the log before the first command of a store that began empty over a directory with data; or null. */
    private Supplier<CommandLog> begin;

    private volatile CommandLog log;
    private volatile long catalogLsn;
    private volatile boolean closed;

    /**
     * Makes an empty map.
     *
     * @param historyKind where trees that are created keep their older buckets
     * @param log records commands
     * @param begin called, under the lock, before the first command is recorded, and gives the log to record it in; null
     *     if nothing is to be done
     */
    Trees(HistoryKind historyKind, CommandLog log, Supplier<CommandLog> begin) {
        this.historyKind = historyKind;
        this.log = log;
        this.begin = begin;
        this.catalogLsn = log.lastLsn();
    }

    CommandLog log() {
        return log;
    }

    /** Returns the LSN of the last command that changed which trees there are. */
    long catalogLsn() {
        return catalogLsn;
    }

    /** Says whether a store over a directory with data has left that untouched so far. */
    boolean hasNotBegun() {
        lock.lock();
        try {
            return begin != null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns a tree, or null. */
    TreeState get(String name) {
        return byName.get(name);
    }

    /** Returns a tree. */
    TreeState require(String name) {
        long lsn = catalogLsn; // before the look-up: what changes between the two must not count as durable
        TreeState tree = byName.get(name);
        if (tree == null) {
            checkOpen();
            throw new TreeNotFoundException(name, Math.max(lsn, catalogLsn));
        }
        return tree;
    }

    void checkOpen() {
        if (closed) {
            throw new StoreClosedException("the store has been closed");
        }
    }

    /** Waits until no command on the map of trees is under way. */
    void await() {
        lock.lock();
        lock.unlock();
    }

    /** Adds a tree that has been restored. */
    void addRestored(TreeState tree) {
        lock.lock();
        try {
            ordered.put(tree.name, tree);
            byName.put(tree.name, tree);
        } finally {
            lock.unlock();
        }
    }

    List<String> names() {
        lock.lock();
        try {
            return List.copyOf(ordered.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** The living trees in order of creation, and the last LSN given out then. */
    record Noted(List<TreeState> trees, long lsn) {}

    /**
     * Notes the trees.
     *
     * @throws StoreClosedException if the store has been closed: that there are no trees any more must not be noted
     */
    Noted note() {
        lock.lock();
        try {
            checkOpen();
            return new Noted(new ArrayList<>(ordered.values()), log.lastLsn());
        } finally {
            lock.unlock();
        }
    }

    /** Returns the last LSN given out, at a moment when no command on the map of trees is under way. */
    long lastLsn() {
        lock.lock();
        try {
            return log.lastLsn();
        } finally {
            lock.unlock();
        }
    }

    /** Calls something with the lock held. */
    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Says whether a tree is the one of its name; to be called with the lock held. */
    boolean isLiving(TreeState tree) {
        return ordered.get(tree.name) == tree;
    }

    /**
     * Creates a tree.
     *
     * @return whether it was created; false if it is there
     */
    boolean create(String name) {
        LineTemplate line = LineTemplate.of(CommandLine.start("create", name));
        for (; ; ) {
            lock.lock();
            try {
                checkOpen();
                if (ordered.containsKey(name)) {
                    return false;
                }
                CommandLog recording = begun();
                TreeState tree = new TreeState(name, CounterTree.create(historyKind), recording);
                long lsn = recording.append(line);
                if (lsn != Journal.NO_ROOM) {
                    tree.beganEmpty(lsn, recording.isOn());
                    put(tree, lsn);
                    return true;
                }
            } finally {
                lock.unlock();
            }
            log.awaitRoom();
        }
    }

    /**
     * Carries out the first write to a missing tree, which creates it: one line in the log.
     *
     * @param name the tree
     * @param write carries it out on the new tree
     * @param ticket receives what the write leaves
     * @return what became of it; {@link Outcome#CLOSED_OFF} if the tree has come to be meanwhile
     */
    Outcome createByWriting(String name, BiFunction<TreeState, Ticket, Outcome> write, Ticket ticket) {
        lock.lock();
        try {
            checkOpen();
            if (ordered.containsKey(name)) {
                return Outcome.CLOSED_OFF;
            }
            CommandLog recording = begun();
            TreeState tree = new TreeState(name, CounterTree.create(historyKind), recording);
            Ticket own = Ticket.waiting(); // the caller's may have the LSN of something else
            Outcome outcome = write.apply(tree, own);
            if (outcome == Outcome.DONE) {
                tree.beganEmpty(own.lsn(), recording.isOn());
                put(tree, own.lsn());
                ticket.raiseLsn(own.lsn());
                ticket.setValue(own.value());
            }
            return outcome;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Drops a tree.
     *
     * @throws TreeNotFoundException if it is not there
     */
    void drop(String name) {
        LineTemplate line = LineTemplate.of(CommandLine.start("drop", name));
        for (; ; ) {
            lock.lock();
            try {
                checkOpen();
                TreeState tree = ordered.get(name);
                if (tree == null) {
                    throw new TreeNotFoundException(name, catalogLsn);
                }
                long lsn = tree.counters.closeOff(() -> log.append(line));
                if (lsn != Journal.NO_ROOM) {
                    catalogLsn = Math.max(catalogLsn, lsn); // before anyone can see what it is about
                    ordered.remove(name);
                    byName.remove(name);
                    tree.counters.release();
                    return;
                }
            } finally {
                lock.unlock();
            }
            log.awaitRoom();
        }
    }

    /**
     * Puts a loaded tree in place of the one of its name, or adds it.
     *
     * @param name the tree
     * @param counters what was loaded; still the caller's if this fails
     * @param file the file that it was loaded from
     * @return the command's LSN
     */
    long replace(String name, CounterTree counters, SnapshotFile file) {
        LineTemplate line = LineTemplate.of(CommandLine.load(file.name(), name, file.bytes(), file.crc()));
        for (; ; ) {
            lock.lock();
            try {
                checkOpen();
                CommandLog recording = begun();
                TreeState loaded = new TreeState(name, counters, recording);
                TreeState former = ordered.get(name);
                LongSupplier record = () -> recording.append(line);
                long lsn = former == null ? record.getAsLong() : former.counters.closeOff(record);
                if (lsn != Journal.NO_ROOM) {
                    loaded.beganOn(file, lsn, !recording.isOn(), lsn);
                    put(loaded, lsn);
                    if (former != null) {
                        former.counters.release();
                    }
                    return lsn;
                }
            } finally {
                lock.unlock();
            }
            log.awaitRoom();
        }
    }

    private void put(TreeState tree, long lsn) {
        catalogLsn = Math.max(catalogLsn, lsn); // before anyone can see what it is about
        ordered.put(tree.name, tree);
        byName.put(tree.name, tree);
    }

    private CommandLog begun() {
        if (begin != null) {
            log = begin.get();
            begin = null;
        }
        return log;
    }

    /** Closes all trees off, so that no command comes after this, and gives them up. */
    void close() {
        lock.lock();
        try {
            closed = true;
            for (TreeState tree : ordered.values()) {
                tree.counters.closeOff(() -> 0);
                tree.counters.release();
            }
            ordered.clear();
            byName.clear();
        } finally {
            lock.unlock();
        }
    }
}
