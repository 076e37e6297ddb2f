package io.karmadb.engine;

import io.karmadb.CheckpointReport;
import io.karmadb.Durability;
import io.karmadb.KarmaOptions;
import io.karmadb.StoreHealth;
import io.karmadb.lock.PatientWait;
import io.karmadb.logging.Loggers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * A thread that makes a checkpoint when the log has grown, or some time after the last one, so that neither the log nor the
 * time that a restart takes grows without end.
 *
 * <p><b>Failure:</b> what fails is logged, and tried again after a while; so is a checkpoint that leaves the log as it is,
 * because a tree could not be written.
 */
final class AutomaticCheckpoints implements AutoCloseable {
    private static final Logger LOG = Loggers.of(AutomaticCheckpoints.class);
    private static final long LOOK_MILLIS = 500;
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Trees trees;
    private final Supplier<CheckpointReport> checkpoint;
    private final long walBytesMax;
    private final long intervalNanos;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "karma-checkpointer");

    /** When a checkpoint was begun by this thread, or the thread began; its own, as is what follows. */
    private long beganNanos = System.nanoTime();

    /** The LSN at that moment; 0 as long as it has made none, so that what was restored counts as new. */
    private long beganLsn;

    private boolean failed;

    private AutomaticCheckpoints(KarmaOptions options, Trees trees, Supplier<CheckpointReport> checkpoint) {
        this.trees = trees;
        this.checkpoint = checkpoint;
        walBytesMax = walBytesMax(options);
        intervalNanos = options.checkpointInterval().toNanos();
        thread.setDaemon(true);
    }

    /** Starts the thread, or returns null if the options ask for no checkpoint. */
    static AutomaticCheckpoints start(KarmaOptions options, Trees trees, Supplier<CheckpointReport> checkpoint) {
        if (walBytesMax(options) == 0 && options.checkpointInterval().isZero()) {
            return null;
        }
        AutomaticCheckpoints checkpoints = new AutomaticCheckpoints(options, trees, checkpoint);
        checkpoints.thread.start();
        return checkpoints;
    }

    private static long walBytesMax(KarmaOptions options) {
        return options.durability() == Durability.NONE ? 0 : options.checkpointWalBytes();
    }

    private void run() {
        try {
            while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            LOG.atWarn()
                    .addKeyValue("event", "checkpoint.interrupted")
                    .log("The thread was interrupted: no automatic checkpoints from now on");
        }
    }

    private void look() {
        CommandLog log = trees.log();
        if (log.health().state() != StoreHealth.State.OK) {
            return;
        }
        long nanos = System.nanoTime() - beganNanos;
        boolean grown = walBytesMax > 0 && log.bytes() >= walBytesMax && (!failed || nanos >= PAUSE_NANOS);
        // Without a log the LSN stands still, whatever has changed.
        boolean due =
                intervalNanos > 0 && nanos >= intervalNanos && (log.lastLsn() != beganLsn || !log.isOn() || failed);
        if (grown || due) {
            checkpoint(log, grown ? "size" : "time");
        }
    }

    private void checkpoint(CommandLog log, String reason) {
        beganNanos = System.nanoTime();
        beganLsn = log.lastLsn();
        LOG.atInfo()
                .addKeyValue("event", "checkpoint.automatic")
                .addKeyValue("reason", reason)
                .addKeyValue("wal_bytes", log.bytes())
                .log("Making a checkpoint");
        failed = true;
        try {
            failed = !checkpoint.get().failures().isEmpty();
        } catch (RuntimeException | OutOfMemoryError e) { // whatever it is, the store goes on
            if (closed.getCount() > 0) {
                LOG.atError()
                        .addKeyValue("event", "backup.failed")
                        .setCause(e)
                        .log("No automatic checkpoint, it is tried again later: {}", e.getMessage());
            }
        }
    }

    /** Has the thread make no other checkpoint; does not wait for one that is under way. */
    void stop() {
        closed.countDown();
    }

    /** Stops, and waits for the thread's end. */
    @Override
    public void close() {
        stop();
        PatientWait.join(thread);
    }
}
