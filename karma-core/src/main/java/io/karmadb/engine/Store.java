package io.karmadb.engine;

import io.karmadb.CheckpointActivity;
import io.karmadb.CheckpointReport;
import io.karmadb.DurabilityListener;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.RestoreReport;
import io.karmadb.SnapshotInfo;
import io.karmadb.Statistics;
import io.karmadb.StorageException;
import io.karmadb.StoreActivity;
import io.karmadb.StoreHealth;
import io.karmadb.Ticket;
import io.karmadb.Tree;
import io.karmadb.VerifyReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** An open store: hands every call to the part that does it. */
final class Store implements KarmaStore {
    private final Trees trees;
    private final DayClock clock;
    private final RestoreReport restoreReport;
    private final boolean logOn;

    /** Null for a store in memory only. */
    private final StoreDirectory directory;

    /** Null for a store in memory only. */
    private final Snapshots snapshots;

    /** Null for a store in memory only. */
    private final Verification verification;

    private final ThreadLocal<Ticket> tickets = ThreadLocal.withInitial(Ticket::waiting);
    private final ReentrantLock closeLock = new ReentrantLock();

    /** Null if there are none; set before anybody else has the store. */
    private AutomaticCheckpoints checkpoints;

    private boolean closed;

    Store(
            Trees trees,
            DayClock clock,
            RestoreReport restoreReport,
            boolean logOn,
            StoreDirectory directory,
            Snapshots snapshots,
            Verification verification) {
        this.trees = trees;
        this.clock = clock;
        this.restoreReport = restoreReport;
        this.logOn = logOn;
        this.directory = directory;
        this.snapshots = snapshots;
        this.verification = verification;
    }

    @Override
    public Tree tree(String name) {
        return new StoredTree(name, trees, clock, tickets);
    }

    @Override
    public boolean createTree(String name) {
        boolean created = trees.create(TreeName.require(name));
        trees.log().awaitDurable(trees.catalogLsn());
        return created;
    }

    @Override
    public void dropTree(String name) {
        trees.drop(name);
        trees.log().awaitDurable(trees.catalogLsn());
    }

    @Override
    public List<String> trees() {
        trees.checkOpen();
        return trees.names();
    }

    @Override
    public long catalogLsn() {
        return trees.catalogLsn();
    }

    @Override
    public SnapshotInfo snapshot(String tree) {
        requireDirectory();
        return snapshots.snapshot(tree);
    }

    @Override
    public CheckpointReport checkpoint() {
        requireDirectory();
        return snapshots.checkpoint(true);
    }

    /** Makes a checkpoint whose snapshots take no place of those that somebody asked for. */
    CheckpointReport checkpointAutomatically() {
        requireDirectory();
        return snapshots.checkpoint(false);
    }

    /** Makes checkpoints by itself from now on, if the options say so. To be called once. */
    void startCheckpoints(KarmaOptions options) {
        if (directory != null) {
            checkpoints = AutomaticCheckpoints.start(options, trees, this::checkpointAutomatically);
        }
    }

    @Override
    public List<SnapshotInfo> snapshots() {
        trees.checkOpen();
        return snapshots == null ? List.of() : snapshots.list();
    }

    @Override
    public String load(String file) {
        requireDirectory();
        String tree = snapshots.load(file);
        trees.log().awaitDurable(trees.catalogLsn());
        return tree;
    }

    @Override
    public VerifyReport verify() {
        trees.checkOpen();
        if (verification == null) {
            Statistics now = statistics();
            return new VerifyReport(now.trees(), now.keys(), false, List.of(), Duration.ZERO);
        }
        return verification.run();
    }

    @Override
    public Statistics statistics() {
        trees.checkOpen();
        long keys = 0;
        long bytes = 0;
        List<TreeState> living = trees.note().trees();
        for (TreeState tree : living) {
            keys += tree.counters.keyCount();
            bytes += tree.counters.bytes();
        }
        CommandLog log = trees.log();
        return new Statistics(
                living.size(), keys, snapshots().size(), logOn, log.bytes(), bytes, log.lastLsn(), log.durableLsn());
    }

    @Override
    public StoreActivity activity() {
        return new StoreActivity(
                trees.log().activity(), snapshots == null ? CheckpointActivity.NONE : snapshots.checkpoints());
    }

    @Override
    public StoreHealth health() {
        StoreHealth health = trees.log().health();
        Map<String, String> failures = snapshots == null ? Map.of() : snapshots.failures();
        return health.message().isEmpty() && !failures.isEmpty()
                ? new StoreHealth(health.state(), "the last checkpoint could not write snapshots of " + failures)
                : health;
    }

    @Override
    public RestoreReport restoreReport() {
        return restoreReport;
    }

    @Override
    public int today() {
        return clock.today();
    }

    @Override
    public void sync() {
        trees.checkOpen();
        trees.log().sync(trees.log().lastLsn());
    }

    @Override
    public boolean isDurable(long lsn) {
        return trees.log().isDurable(lsn);
    }

    @Override
    public boolean tryMakeDurable(long lsn, long forceNanosMax) {
        return trees.log().tryMakeDurable(lsn, forceNanosMax);
    }

    @Override
    public void whenDurable(long lsn, DurabilityListener listener) {
        trees.log().whenDurable(lsn, listener);
    }

    @Override
    public void close() {
        closeLock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try {
                if (checkpoints != null) {
                    checkpoints.stop(); // before what it meets tells it that the store is closed
                }
                trees.close();
                if (snapshots != null) {
                    snapshots.close();
                }
                if (checkpoints != null) {
                    checkpoints.close();
                }
            } finally {
                clock.close();
                closeLogAndDirectory();
            }
        } finally {
            closeLock.unlock();
        }
    }

    private void closeLogAndDirectory() {
        try {
            trees.log().close();
        } finally {
            if (directory != null) {
                directory.close();
            }
        }
    }

    private void requireDirectory() {
        trees.checkOpen();
        if (directory == null) {
            throw new StorageException("a store in memory only has no snapshots; open it with a directory");
        }
    }
}
