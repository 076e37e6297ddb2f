package io.karmadb.engine;

import io.karmadb.counter.Journal;
import io.karmadb.wal.LineTemplate;

/**
 * Records one tree's commands in the log. What their lines have in common is made once, so that nothing is allocated.
 *
 * <p><b>Threads:</b> any.
 */
final class TreeJournal implements Journal {
    private final CommandLog log;
    private final LineTemplate increment;
    private final LineTemplate decrement;
    private final LineTemplate decrementOfNothing;
    private final LineTemplate set;
    private final LineTemplate delete;
    private final LineTemplate deleteAll;
    private final LineTemplate reset;
    private final LineTemplate resetAll;

    TreeJournal(String treeName, CommandLog log) {
        this.log = log;
        byte[] key = CommandLine.field(CommandLine.KEY);
        byte[] day = CommandLine.field(CommandLine.DAY);
        byte[] count = CommandLine.field(CommandLine.COUNT);
        byte[] from = CommandLine.field(CommandLine.TIME_FROM);
        byte[] to = CommandLine.field(CommandLine.TIME_TO);
        byte[] decrementKey = CommandLine.start("decrement", treeName, key);
        increment = LineTemplate.withNumbers(CommandLine.start("increment", treeName, key), day, count);
        decrement = LineTemplate.withNumbers(decrementKey, day, count);
        decrementOfNothing = LineTemplate.withNumbers(decrementKey, day);
        set = LineTemplate.withNumbers(CommandLine.start("set", treeName, key), day, count);
        delete = LineTemplate.withNumbers(CommandLine.start("delete", treeName, key), from, to);
        deleteAll = LineTemplate.withNumbers(CommandLine.start("delete", treeName, from), to);
        reset = LineTemplate.withNumbers(CommandLine.start("reset", treeName, key));
        resetAll = LineTemplate.of(CommandLine.start("reset", treeName));
    }

    @Override
    public long increment(long key, int day, long count) {
        return log.append(increment, key, day, count);
    }

    @Override
    public long decrement(long key, int day, long count) {
        return log.append(decrement, key, day, count);
    }

    @Override
    public long decrementOfNothing(long key, int day) {
        return log.append(decrementOfNothing, key, day, 0);
    }

    @Override
    public long set(long key, int day, long count) {
        return log.append(set, key, day, count);
    }

    @Override
    public long delete(long key, int first, int last) {
        return log.append(delete, key, first, last);
    }

    @Override
    public long deleteAll(int first, int last) {
        return log.append(deleteAll, first, last, 0);
    }

    @Override
    public long reset(long key) {
        return log.append(reset, key, 0, 0);
    }

    @Override
    public long resetAll() {
        return log.append(resetAll);
    }
}
