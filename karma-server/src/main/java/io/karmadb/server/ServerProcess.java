package io.karmadb.server;

import io.karmadb.CheckpointReport;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.StoreHealth;
import io.karmadb.server.check.ProgressLine;
import io.karmadb.server.http.HttpServer;
import io.karmadb.server.http.Served;
import io.karmadb.server.logging.ServerLog;
import io.karmadb.server.options.ServerOptions;
import io.karmadb.server.terminal.StandardStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the process: takes the address, opens the store, serves, stops on a signal with a checkpoint. The address
 * comes first, so that a process that cannot serve has not touched the directory; who connects during the restore waits,
 * and is told that the server is loading if that takes longer than {@link #LOADING_TOLD_AFTER}.
 *
 * <p><b>Signals.</b> SIGINT and SIGTERM stop; a second one ends the process at once with {@link #STATUS_CUT_SHORT}, as
 * does one during the restore, when there is nothing to save, with {@link #STATUS_OK}. SIGUSR1 makes a checkpoint. The
 * JVM leaves a signal alone that was ignored when it started, as SIGINT is for background jobs of a script.
 *
 * <p><b>The end</b> is always {@link Runtime#halt}: shutdown hooks and a blocked standard output cannot hold it up.
 */
final class ServerProcess {
    static final int STATUS_OK = 0;
    static final int STATUS_FAILED = 1;
    static final int STATUS_CUT_SHORT = 130;

    private static final Duration LOADING_TOLD_AFTER = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

    /** Where the process stands. */
    private enum Phase {
        STARTING,
        SERVING,
        STOPPING
    }

    private final ServerOptions options;
    private final ServerLog log;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final Object checkpointLock = new Object();
    private final ServiceManager manager = ServiceManager.of(System.getenv("NOTIFY_SOCKET"));
    private Phase phase = Phase.STARTING;
    private volatile KarmaStore serving;

    ServerProcess(ServerOptions options, ServerLog log) {
        this.options = options;
        this.log = log;
    }

    /** Serves until a signal ends it, then ends the process. */
    void run() {
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> LOG.atError()
                .addKeyValue("event", "server.error")
                .addKeyValue("thread", thread.getName())
                .setCause(error)
                .log("A thread ended in a way that nobody expected"));
        handle("INT", this::onStop);
        handle("TERM", this::onStop);
        handle("USR1", this::onCheckpoint);
        int status;
        try {
            status = serve();
        } catch (KarmaException | IOException e) {
            LOG.atError().addKeyValue("event", "server.failed").log("Cannot start: {}", e.getMessage());
            status = STATUS_FAILED;
        } catch (RuntimeException | Error e) {
            LOG.atError().addKeyValue("event", "server.failed").setCause(e).log("Ended in a way that nobody expected");
            status = STATUS_FAILED;
        }
        end(status);
    }

    private static void handle(String signal, Runnable handler) {
        try {
            Signals.handle(signal, handler);
        } catch (UnsupportedOperationException e) {
            LOG.atWarn().addKeyValue("event", "server.signal").log(e.getMessage());
        }
    }

    private int serve() throws IOException {
        KarmaServer server = KarmaServer.bind(options.network());
        if (options.network().tls() != null) { // else it means what it means to Java: the terminal is gone, so end
            handle("HUP", () -> reloadTls(server));
        }
        LOG.atInfo()
                .addKeyValue("event", "server.bind")
                .addKeyValue("bind", server.address().getAddress().getHostAddress())
                .addKeyValue("port", server.port())
                .log("Listening; who connects before the end of the restore waits, or is told to try again later");
        RestoreWatch watch = new RestoreWatch(
                StandardStream.ERROR.isTerminal() ? new ProgressLine(System.err, System::nanoTime) : null);
        server.announceLoading(LOADING_TOLD_AFTER, watch::said);
        HttpServer http = bindHttp(watch);
        manager.loading();
        KarmaStore store;
        try {
            store = KarmaStore.open(
                    options.store().toBuilder().restoreProgress(watch).build());
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        } finally {
            watch.end();
        }
        serving = store;
        enter(Phase.SERVING); // before the first command, which a stop is to save
        server.serve(store);
        if (http != null) {
            http.serve(new Served(store, server.figures(), server::connections));
        }
        announce(store, server);
        manager.ready();
        awaitStop();
        manager.stopping();
        if (http != null) {
            http.stopping();
        }
        return stop(store, server, http);
    }

    /** Takes the address for HTTP and answers there from now on, if that is asked for; else returns null. */
    private HttpServer bindHttp(RestoreWatch watch) throws IOException {
        if (options.http() == null) {
            return null;
        }
        HttpServer http = HttpServer.bind(options.http(), watch::said);
        InetSocketAddress address = http.address();
        LOG.atInfo()
                .addKeyValue("event", "http.bind")
                .addKeyValue("bind", address.getAddress().getHostAddress())
                .addKeyValue("port", address.getPort())
                .log("Metrics, health and dashboard are served by HTTP");
        warnIfUnprotected(address, "read everything");
        return http;
    }

    private void announce(KarmaStore store, KarmaServer server) {
        InetSocketAddress address = server.address();
        warnIfUnprotected(address, "read and change everything");
        LOG.atInfo()
                .addKeyValue("event", "server.start")
                .addKeyValue("version", Main.version())
                .addKeyValue("bind", address.getAddress().getHostAddress())
                .addKeyValue("port", address.getPort())
                .addKeyValue("directory", options.store().directory().orElseThrow())
                .addKeyValue("durability", options.store().durability())
                .addKeyValue("transport", server.transport())
                .addKeyValue("trees", store.restoreReport().trees())
                .addKeyValue("keys", store.restoreReport().keys())
                .addKeyValue("pid", ProcessHandle.current().pid())
                .log("Serving");
    }

    private void warnIfUnprotected(InetSocketAddress address, String what) {
        if (options.network().token() == null && !address.getAddress().isLoopbackAddress()) {
            LOG.atWarn()
                    .addKeyValue("event", "server.unprotected")
                    .addKeyValue("bind", address.getAddress().getHostAddress())
                    .addKeyValue("port", address.getPort())
                    .log("Anyone who reaches this address can {}: no token is set", what);
        }
    }

    private synchronized void enter(Phase next) {
        phase = next;
    }

    private synchronized Phase currentPhase() {
        return phase;
    }

    private void awaitStop() {
        while (true) {
            try {
                stopRequested.await();
                return;
            } catch (InterruptedException e) {
                LOG.atWarn().addKeyValue("event", "server.interrupt").log("Ignored an interrupt");
            }
        }
    }

    private int stop(KarmaStore store, KarmaServer server, HttpServer http) {
        LOG.atInfo()
                .addKeyValue("event", "server.stopping")
                .addKeyValue("connections", server.connections())
                .log("Stopping: finishing what runs, then saving");
        server.close();
        int status = store.health().state() == StoreHealth.State.FAILED ? refuseCheckpoint(store) : checkpoint(store);
        if (http != null) {
            http.close(); // not before the checkpoint, which can be watched
        }
        try {
            store.close();
        } catch (KarmaException e) {
            LOG.atError().addKeyValue("event", "server.failed").log("Closing the store failed: {}", e.getMessage());
            status = STATUS_FAILED;
        }
        LOG.atInfo()
                .addKeyValue("event", "server.stop")
                .addKeyValue("status", status)
                .log("Stopped");
        return status;
    }

    private static int refuseCheckpoint(KarmaStore store) {
        LOG.atError()
                .addKeyValue("event", "server.failed")
                .log(
                        "No checkpoint, since the log has failed; a restart restores what was acknowledged: {}",
                        store.health().message());
        return STATUS_FAILED;
    }

    private int checkpoint(KarmaStore store) {
        try {
            CheckpointReport report;
            synchronized (checkpointLock) {
                report = store.checkpoint();
            }
            report.failures()
                    .forEach((tree, reason) -> LOG.atError()
                            .addKeyValue("event", "backup.failed")
                            .addKeyValue("tree", tree)
                            .log("No new snapshot: {}", reason));
            return report.failures().isEmpty() ? STATUS_OK : STATUS_FAILED;
        } catch (RuntimeException | OutOfMemoryError e) { // whatever it is, the store is still to be closed
            LOG.atError().addKeyValue("event", "backup.failed").setCause(e).log("No checkpoint: {}", e.getMessage());
            return STATUS_FAILED;
        }
    }

    private void onStop() {
        switch (stopRequest()) {
            case STARTING -> {
                LOG.atInfo()
                        .addKeyValue("event", "server.stop")
                        .log("Stopped before serving; there is nothing to save");
                end(STATUS_OK);
            }
            case SERVING -> stopRequested.countDown();
            case STOPPING -> Runtime.getRuntime().halt(STATUS_CUT_SHORT);
        }
    }

    private synchronized Phase stopRequest() {
        Phase before = phase;
        if (before == Phase.SERVING) {
            phase = Phase.STOPPING;
        }
        return before;
    }

    private void onCheckpoint() {
        KarmaStore store = serving;
        if (store == null || currentPhase() != Phase.SERVING) {
            LOG.atWarn()
                    .addKeyValue("event", "server.signal")
                    .log("Ignored SIGUSR1: the server is starting or stopping");
            return;
        }
        LOG.atInfo().addKeyValue("event", "server.signal").log("Saving because of SIGUSR1");
        synchronized (checkpointLock) {
            if (currentPhase() == Phase.SERVING) {
                checkpoint(store);
            } else { // it came while this one waited for its turn
                LOG.atInfo().addKeyValue("event", "server.signal").log("Left SIGUSR1 to the stop, which saves");
            }
        }
    }

    private static void reloadTls(KarmaServer server) {
        try {
            server.reloadTls();
            LOG.atInfo()
                    .addKeyValue("event", "tls.reload")
                    .log("Read the certificates again because of SIGHUP; open connections keep theirs");
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("event", "tls.failed")
                    .log("The certificates stay as they were: {}", e.getMessage());
        }
    }

    private void end(int status) {
        log.flush();
        Runtime.getRuntime().halt(status);
    }
}
