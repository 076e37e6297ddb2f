package io.karmadb.engine;

import io.karmadb.Batch;
import io.karmadb.DurabilityListener;
import io.karmadb.Ticket;

/** A batch: its ticket gathers what the writes rest on. */
final class TreeBatch extends CheckedWriter implements Batch {
    private final StoredTree tree;
    private final Ticket ticket = Ticket.waiting();

    TreeBatch(StoredTree tree) {
        super(tree.clock());
        this.tree = tree;
    }

    @Override
    long write(TreeCommand command, long key, int first, int last, long amount) {
        tree.run(command, key, first, last, amount, ticket);
        return ticket.value();
    }

    boolean isDurable() {
        return tree.log().isDurable(ticket.lsn());
    }

    void whenDurable(DurabilityListener listener) {
        tree.log().whenDurable(ticket.lsn(), listener);
    }

    @Override
    public void commit() {
        tree.log().awaitDurable(ticket.lsn());
    }

    @Override
    public void close() {
        commit();
    }
}
