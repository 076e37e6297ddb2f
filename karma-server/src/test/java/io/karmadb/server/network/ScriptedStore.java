package io.karmadb.server.network;

import io.karmadb.AsyncTree;
import io.karmadb.Batch;
import io.karmadb.Buckets;
import io.karmadb.CheckpointActivity;
import io.karmadb.CheckpointReport;
import io.karmadb.CounterCursor;
import io.karmadb.CounterVisitor;
import io.karmadb.DayRange;
import io.karmadb.DeferredTree;
import io.karmadb.DurabilityListener;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.LogActivity;
import io.karmadb.RestoreReport;
import io.karmadb.SnapshotInfo;
import io.karmadb.Statistics;
import io.karmadb.StoreActivity;
import io.karmadb.StoreHealth;
import io.karmadb.Ticket;
import io.karmadb.Tree;
import io.karmadb.TreeNotFoundException;
import io.karmadb.VerifyReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store over plain maps for what a real one does not do on demand: hold durability back, fail its log, refuse to run
 * without waiting, take long. Everything else is tested with the real one.
 */
final class ScriptedStore implements KarmaStore {
    static final int DAY = 20260501;

    /** Whether commands are durable at once; else {@link #makeDurable} and {@link #failLog} say when. */
    volatile boolean durableAtOnce = true;

    /** Whether commands on an event loop return false. */
    volatile boolean busy;

    /** What {@code checkpoint} and {@code verify} wait for. */
    volatile CountDownLatch longCommands = new CountDownLatch(0);

    /** What is thrown by every write. */
    volatile RuntimeException refusal;

    /** What a cursor throws after some keys. */
    volatile RuntimeException cursorFailure;

    /** The LSNs up to which somebody would have forced the log. */
    final List<Long> tried = new CopyOnWriteArrayList<>();

    final AtomicInteger openCursors = new AtomicInteger();
    final AtomicInteger keysShown = new AtomicInteger();
    final AtomicInteger longCommandsRunning = new AtomicInteger();

    private record Waiter(long lsn, DurabilityListener listener) {}

    private final Map<String, Map<Long, Long>> trees = new TreeMap<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private long lsn;
    private long catalogLsn;
    private long durableLsn;
    private KarmaException failure;

    /** Puts keys from 1 on, each with one bucket. */
    synchronized void fill(String tree, int keys) {
        Map<Long, Long> counters = trees.computeIfAbsent(tree, name -> new TreeMap<>());
        for (long key = 1; key <= keys; key++) {
            counters.put(key, key);
        }
    }

    synchronized long lastLsn() {
        return lsn;
    }

    synchronized int waiters() {
        return waiters.size();
    }

    void makeDurable(long upTo) {
        List<Waiter> ready = new ArrayList<>();
        synchronized (this) {
            durableLsn = Math.max(durableLsn, upTo);
            waiters.removeIf(waiter -> waiter.lsn <= durableLsn && ready.add(waiter));
        }
        ready.forEach(waiter -> waiter.listener.durable());
    }

    void failLog(KarmaException cause) {
        List<Waiter> ready;
        synchronized (this) {
            failure = cause;
            ready = List.copyOf(waiters);
            waiters.clear();
        }
        ready.forEach(waiter -> waiter.listener.failed(cause));
    }

    @Override
    public synchronized boolean isDurable(long upTo) {
        return durableAtOnce || upTo <= durableLsn;
    }

    @Override
    public boolean tryMakeDurable(long lsn, long forceNanosMax) {
        if (forceNanosMax > 0) {
            tried.add(lsn);
        }
        return isDurable(lsn);
    }

    @Override
    public void whenDurable(long upTo, DurabilityListener listener) {
        KarmaException failed;
        synchronized (this) {
            failed = failure;
            if (!isDurable(upTo) && failed == null) {
                waiters.add(new Waiter(upTo, listener));
                return;
            }
        }
        if (isDurable(upTo)) {
            listener.durable();
        } else {
            listener.failed(failed);
        }
    }

    private synchronized Map<Long, Long> existing(String tree) {
        Map<Long, Long> counters = trees.get(tree);
        if (counters == null) {
            throw new TreeNotFoundException(tree, catalogLsn);
        }
        return counters;
    }

    private synchronized long change(String tree, long key, int difference) {
        if (refusal != null) {
            throw refusal;
        }
        Map<Long, Long> counters = trees.computeIfAbsent(tree, name -> new TreeMap<>());
        lsn++;
        return counters.merge(key, (long) difference, (old, by) -> Math.max(0, old + by));
    }

    @Override
    public Tree tree(String name) {
        return new ScriptedTree(name);
    }

    @Override
    public synchronized boolean createTree(String name) {
        catalogLsn = ++lsn;
        return trees.putIfAbsent(name, new TreeMap<>()) == null;
    }

    @Override
    public synchronized void dropTree(String name) {
        existing(name);
        trees.remove(name);
        catalogLsn = ++lsn;
    }

    @Override
    public synchronized List<String> trees() {
        return List.copyOf(trees.keySet());
    }

    @Override
    public synchronized long catalogLsn() {
        return catalogLsn;
    }

    @Override
    public SnapshotInfo snapshot(String tree) {
        throw new UnsupportedOperationException("not scripted");
    }

    @Override
    public CheckpointReport checkpoint() {
        runLongCommand();
        return new CheckpointReport(List.of(), Map.of(), 0, 0, Duration.ZERO);
    }

    private void runLongCommand() {
        longCommandsRunning.incrementAndGet();
        try {
            longCommands.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<SnapshotInfo> snapshots() {
        return List.of();
    }

    @Override
    public String load(String file) {
        throw new IllegalStateException("a secret of the inside");
    }

    @Override
    public VerifyReport verify() {
        runLongCommand();
        return new VerifyReport(1, 2, true, List.of("a problem"), Duration.ZERO);
    }

    @Override
    public StoreActivity activity() {
        return new StoreActivity(LogActivity.NONE, CheckpointActivity.NONE);
    }

    @Override
    public synchronized Statistics statistics() {
        return new Statistics(trees.size(), 0, 0, true, 0, 0, lsn, durableLsn);
    }

    @Override
    public synchronized StoreHealth health() {
        return failure == null
                ? new StoreHealth(StoreHealth.State.OK, "")
                : new StoreHealth(StoreHealth.State.FAILED, failure.getMessage());
    }

    @Override
    public RestoreReport restoreReport() {
        return new RestoreReport(0, 0, 0, 0, 0, 0, List.of(), Duration.ZERO);
    }

    @Override
    public int today() {
        return DAY;
    }

    @Override
    public void sync() {
        makeDurable(lastLsn());
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private record OneBucket(long count) implements Buckets {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public int day(int index) {
            return DAY;
        }

        @Override
        public long count(int index) {
            return count;
        }
    }

    private final class ScriptedTree implements Tree, DeferredTree {
        private final String name;

        ScriptedTree(String name) {
            this.name = name;
        }

        private boolean refused(Ticket ticket) {
            return busy && !ticket.mayWait();
        }

        private boolean write(long key, int difference, Ticket ticket) {
            if (refused(ticket)) {
                return false;
            }
            synchronized (ScriptedStore.this) {
                ticket.setValue(change(name, key, difference));
                ticket.raiseLsn(lsn);
            }
            return true;
        }

        @Override
        public void prefetch(long key) {
            // There is nothing to fetch.
        }

        @Override
        public boolean increment(long key, Ticket ticket) {
            return write(key, 1, ticket);
        }

        @Override
        public boolean decrement(long key, Ticket ticket) {
            return write(key, -1, ticket);
        }

        @Override
        public boolean set(long key, int day, long count, Ticket ticket) {
            if (refused(ticket)) {
                return false;
            }
            synchronized (ScriptedStore.this) {
                change(name, key, Integer.MIN_VALUE);
                trees.get(name).put(key, count);
                ticket.setValue(count);
                ticket.raiseLsn(lsn);
            }
            return true;
        }

        @Override
        public boolean sum(long key, Ticket ticket) {
            if (refused(ticket)) {
                return false;
            }
            synchronized (ScriptedStore.this) {
                ticket.setValue(existing(name).getOrDefault(key, 0L));
                ticket.raiseLsn(lsn);
            }
            return true;
        }

        @Override
        public boolean sum(long key, DayRange range, Ticket ticket) {
            return sum(key, ticket);
        }

        @Override
        public boolean find(long key, DayRange range, Ticket ticket) {
            ticket.setBuckets(new OneBucket(existing(name).getOrDefault(key, 0L)));
            return true;
        }

        @Override
        public boolean delete(long key, DayRange range, Ticket ticket) {
            return write(key, Integer.MIN_VALUE, ticket);
        }

        @Override
        public boolean reset(long key, Ticket ticket) {
            return write(key, Integer.MIN_VALUE, ticket);
        }

        @Override
        public CounterCursor cursor(DayRange range) {
            Iterator<Map.Entry<Long, Long>> keys =
                    List.copyOf(existing(name).entrySet()).iterator();
            openCursors.incrementAndGet();
            return new CounterCursor() {
                private Map.Entry<Long, Long> at;
                private int shown;
                private boolean closed;

                @Override
                public boolean next() {
                    if (cursorFailure != null && shown++ == 10_000) {
                        throw cursorFailure;
                    }
                    if (!keys.hasNext()) {
                        return false;
                    }
                    at = keys.next();
                    keysShown.incrementAndGet();
                    return true;
                }

                @Override
                public long key() {
                    return at.getKey();
                }

                @Override
                public Buckets buckets() {
                    return new OneBucket(at.getValue());
                }

                @Override
                public long lsn() {
                    return lastLsn();
                }

                @Override
                public void close() {
                    if (!closed) {
                        closed = true;
                        openCursors.decrementAndGet();
                    }
                }
            };
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public DeferredTree deferred() {
            return this;
        }

        @Override
        public Batch batch() {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public AsyncTree async() {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public AsyncTree async(Executor executor) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long increment(long key) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long increment(long key, long amount) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long incrementOn(int day, long key, long amount) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long decrement(long key) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long decrement(long key, long amount) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long decrementOn(int day, long key, long amount) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long set(long key, int day, long count) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long sum(long key) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long sum(long key, DayRange range) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public Buckets find(long key, DayRange range) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public void find(DayRange range, CounterVisitor visitor) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public void delete(long key, DayRange range) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public void delete(DayRange range) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public void reset(long key) {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public void reset() {
            throw new UnsupportedOperationException("not scripted");
        }

        @Override
        public long keyCount() {
            return existing(name).size();
        }
    }
}
