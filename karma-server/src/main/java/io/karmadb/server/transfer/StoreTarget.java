package io.karmadb.server.transfer;

import io.karmadb.CheckpointReport;
import io.karmadb.CounterOverflowException;
import io.karmadb.DayRange;
import io.karmadb.DeferredTree;
import io.karmadb.FutureDayException;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Ticket;
import io.karmadb.TreeNotFoundException;
import io.karmadb.server.terminal.Printable;
import java.io.PrintStream;

/** The directory of a stopped server, which is opened meanwhile. */
final class StoreTarget implements Target {
    private final KarmaStore store;
    private final String name;
    private final Ticket ticket = Ticket.waiting();
    private String tree;
    private DeferredTree handle;

    private StoreTarget(KarmaStore store, String name) {
        this.store = store;
        this.name = name;
    }

    static String nameOf(KarmaOptions options) {
        return options.directory().orElseThrow().toAbsolutePath().normalize().toString();
    }

    /**
     * Opens the directory.
     *
     * @param err receives what is odd there
     */
    static StoreTarget open(KarmaOptions options, PrintStream err) throws TransferException {
        try {
            KarmaStore store = KarmaStore.open(options);
            store.restoreReport().warnings().forEach(warning -> err.println("karma import: " + Printable.of(warning)));
            return new StoreTarget(store, nameOf(options));
        } catch (KarmaException e) {
            throw new TransferException(e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void check(Validation file) throws TransferException {
        int today = store.today();
        if (file.latest() != null && file.latest().day > today) {
            throw Target.refused(file.latestLine(), new FutureDayException(file.latest().day, today).getMessage());
        }
    }

    @Override
    public void sum(Row row, long line, DayRange range, SumTaker taker) throws TransferException {
        long sum = 0;
        boolean found = true;
        try {
            sum = store.tree(row.tree).sum(row.key, range);
        } catch (TreeNotFoundException e) {
            found = false;
        } catch (KarmaException e) {
            throw new TransferException("line " + line + ": " + e.getMessage(), e);
        }
        taker.take(row, line, sum, found);
    }

    @Override
    public void awaitSums() {
        // Each is there at once.
    }

    @Override
    public void set(Row row, long line) throws TransferException {
        try {
            if (!row.tree.equals(tree)) {
                handle = store.tree(row.tree).deferred();
                tree = row.tree;
            }
            boolean done = handle.set(row.key, row.day, row.count, ticket);
            assert done : "a ticket that waits was sent away";
        } catch (CounterOverflowException | FutureDayException e) {
            throw Target.refused(line, e.getMessage());
        } catch (KarmaException e) {
            throw new TransferException("line " + line + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void flush() throws TransferException {
        try {
            store.sync();
        } catch (KarmaException e) {
            throw new TransferException(e.getMessage(), e);
        }
    }

    /** Leaves snapshots and an empty log, as the stop of a server does: the next start is quick, and any server's. */
    @Override
    public void finish() throws TransferException {
        try {
            CheckpointReport report = store.checkpoint();
            if (!report.failures().isEmpty()) {
                throw new TransferException(
                        "all rows are in the log, but some trees have no new snapshot: " + report.failures());
            }
        } catch (KarmaException e) {
            throw new TransferException(
                    "all rows are in the log, but there are no new snapshots: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
