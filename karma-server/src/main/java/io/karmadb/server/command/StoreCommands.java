package io.karmadb.server.command;

import io.karmadb.CheckpointReport;
import io.karmadb.DayRange;
import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.SnapshotInfo;
import io.karmadb.Statistics;
import io.karmadb.StorageException;
import io.karmadb.StoreHealth;
import io.karmadb.Tree;
import io.karmadb.VerifyReport;
import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.ErrorCode;
import io.karmadb.server.protocol.Responses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands on whole trees and on the store, which may wait and take long: for workers. Tree-wide {@code find} is not
 * here, since it is streamed. Safe for any number of threads.
 */
public final class StoreCommands {
    private static final Logger LOG = LoggerFactory.getLogger(StoreCommands.class);

    private final KarmaStore store;
    private final ServerFigures figures;
    private final boolean walEnabled;

    /**
     * Makes the commands.
     *
     * @param store the store that they act on
     * @param figures what {@code stats} and {@code metrics} tell
     */
    public StoreCommands(KarmaStore store, ServerFigures figures) {
        this.store = store;
        this.figures = figures;
        this.walEnabled = store.statistics().walEnabled();
    }

    /**
     * Runs a command.
     *
     * @param command which
     * @param name the tree's name or, for {@code load}, the file's; null if the command needs none
     * @param range the days of {@code delete}
     * @return the answer, also of a failure
     */
    public Answer run(Command command, String name, DayRange range) {
        try {
            return execute(command, name, range);
        } catch (RuntimeException | Error e) {
            Failure failure = Failure.of(command, e);
            if (e instanceof KarmaException && isMaintenance(command) && failure.code() == ErrorCode.INTERNAL_ERROR) {
                LOG.atWarn()
                        .addKeyValue("event", "command.failed")
                        .addKeyValue("command", command.text())
                        .log(failure.message());
            }
            return Answer.failed(failure);
        }
    }

    /** The operator should see these fail; the failures of others would be as many as the clients' requests. */
    private static boolean isMaintenance(Command command) {
        return switch (command) {
            case DUMP, DUMP_ALL, LOAD, VERIFY -> true;
            default -> false;
        };
    }

    private Answer execute(Command command, String name, DayRange range) {
        return switch (command) {
            case CREATE -> {
                store.createTree(name);
                yield Answer.json("\"OK\"");
            }
            case DROP -> {
                store.dropTree(name);
                yield Answer.json("\"OK\"");
            }
            case RESET -> {
                store.tree(name).reset();
                yield Answer.json("\"OK\"");
            }
            case DELETE -> {
                Tree tree = store.tree(name);
                tree.delete(range);
                yield Answer.json("true");
            }
            case TREES -> trees();
            case DUMP -> {
                store.snapshot(name);
                yield Answer.json(Responses.quote("Tree \"" + name + "\" saved"));
            }
            case DUMP_ALL -> checkpoint();
            case DUMPS -> dumps();
            case LOAD -> Answer.json(Responses.quote("Tree \"" + store.load(name) + "\" loaded"));
            case HEALTH -> health();
            case STATS -> stats();
            case METRICS -> Answer.json(Responses.quote(MetricsText.of(store.statistics(), figures)));
            case VERIFY -> verify();
            default -> throw new IllegalArgumentException("not a command on the store: command=" + command);
        };
    }

    private Answer trees() {
        // In this order: whatever the list shows, the LSN is not below it.
        List<String> names = store.trees();
        return new Answer(array(names), null, store.catalogLsn());
    }

    private Answer checkpoint() {
        CheckpointReport report = store.checkpoint();
        if (report.failures().isEmpty()) {
            return Answer.json("\"OK\"");
        }
        StringJoiner trees = new StringJoiner("; ");
        report.failures().forEach((tree, reason) -> trees.add("tree=" + tree + ": " + reason));
        return Answer.failed(new Failure(ErrorCode.INTERNAL_ERROR, "Some trees have no new snapshot: " + trees, 0));
    }

    private Answer dumps() {
        return Answer.json(
                array(store.snapshots().stream().map(StoreCommands::path).toList()));
    }

    private static String path(SnapshotInfo snapshot) {
        Path directory = snapshot.file().toAbsolutePath().normalize().getParent();
        String prefix = directory.toString();
        return (prefix.endsWith("/") ? prefix : prefix + "/") + snapshot.name();
    }

    private static String array(List<String> texts) {
        StringBuilder json = new StringBuilder("[");
        for (String text : texts) {
            json.append(json.length() > 1 ? "," : "").append(Responses.quote(text));
        }
        return json.append(']').toString();
    }

    private Answer health() {
        StoreHealth health = store.health();
        StringBuilder json = new StringBuilder(128)
                .append("{\"status\":\"")
                .append(health.state().name().toLowerCase(Locale.ROOT))
                .append("\",\"uptime_seconds\":")
                .append(figures.uptimeSeconds())
                .append(",\"wal_enabled\":")
                .append(walEnabled);
        if (!health.message().isEmpty()) {
            json.append(",\"message\":").append(Responses.quote(health.message()));
        }
        return Answer.json(json.append('}').toString());
    }

    private Answer stats() {
        RequestTotals totals = figures.totals();
        Statistics statistics = store.statistics();
        return Answer.json(new StringBuilder(256)
                .append("{\"uptime_seconds\":")
                .append(figures.uptimeSeconds())
                .append(",\"trees\":")
                .append(statistics.trees())
                .append(",\"keys\":")
                .append(statistics.keys())
                .append(",\"dump_count\":")
                .append(statistics.snapshots())
                .append(",\"wal_enabled\":")
                .append(walEnabled)
                .append(",\"wal_bytes\":")
                .append(statistics.walBytes())
                .append(",\"memory_bytes\":")
                .append(statistics.memoryBytes())
                .append(",\"command_count\":")
                .append(totals.requests())
                .append(",\"error_count\":")
                .append(totals.errors())
                .append(",\"latency_ms_avg\":")
                .append(MetricsText.millis(ServerFigures.latencyMillisAverage(totals)))
                .append(",\"latency_ms_last\":")
                .append(MetricsText.millis(figures.latencyMillisLast()))
                .append('}')
                .toString());
    }

    private Answer verify() {
        VerifyReport report = store.verify();
        List<String> problems = new ArrayList<>(report.problems());
        int snapshots = 0;
        try {
            snapshots = store.snapshots().size();
        } catch (StorageException e) { // what was found is to be told all the more
            problems.add(e.getMessage());
        }
        StringBuilder json = new StringBuilder(128)
                .append("{\"status\":\"")
                .append(problems.isEmpty() ? "ok" : "failed")
                .append("\",\"dump_count\":")
                .append(snapshots)
                .append(",\"trees\":")
                .append(report.trees())
                .append(",\"keys\":")
                .append(report.keys());
        if (!problems.isEmpty()) {
            json.append(",\"problems\":").append(array(problems));
        }
        return Answer.json(json.append('}').toString());
    }
}
