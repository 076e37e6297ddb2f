package io.karmadb.engine;

import io.karmadb.counter.Journal;

/**
 * Records one tree's commands in the log. What a line begins with is made once; the numbers are written into a buffer
 * of the thread, so that nothing is allocated.
 *
 * <p><b>Threads:</b> any.
 */
final class TreeJournal implements Journal {
    /** Room for three numbers of 20 digits with their field names. */
    private static final int TAIL_BYTES = 128;

    private static final byte[] DAY = CommandLine.ascii(",\"" + CommandLine.DAY + "\":");
    private static final byte[] COUNT = CommandLine.ascii(",\"" + CommandLine.COUNT + "\":");
    private static final byte[] FROM = CommandLine.ascii(",\"" + CommandLine.TIME_FROM + "\":");
    private static final byte[] TO = CommandLine.ascii(",\"" + CommandLine.TIME_TO + "\":");

    private static final ThreadLocal<byte[]> TAILS = ThreadLocal.withInitial(() -> new byte[TAIL_BYTES]);

    private final CommandLog log;
    private final byte[] increment;
    private final byte[] decrement;
    private final byte[] delete;
    private final byte[] deleteAll;
    private final byte[] reset;
    private final byte[] resetAll;

    TreeJournal(String treeName, CommandLog log) {
        this.log = log;
        increment = CommandLine.start("increment", treeName, CommandLine.KEY);
        decrement = CommandLine.start("decrement", treeName, CommandLine.KEY);
        delete = CommandLine.start("delete", treeName, CommandLine.KEY);
        deleteAll = CommandLine.start("delete", treeName, CommandLine.TIME_FROM);
        reset = CommandLine.start("reset", treeName, CommandLine.KEY);
        resetAll = CommandLine.start("reset", treeName);
    }

    @Override
    public long increment(long key, int day, long count) {
        return log.isOn() ? appendCount(increment, key, day, count) : log.append(increment);
    }

    @Override
    public long decrement(long key, int day, long count) {
        return log.isOn() ? appendCount(decrement, key, day, count) : log.append(decrement);
    }

    private long appendCount(byte[] head, long key, int day, long count) {
        byte[] tail = TAILS.get();
        int end = Decimal.put(tail, 0, key);
        end = field(tail, end, DAY, day);
        end = field(tail, end, COUNT, count);
        return log.append(head, tail, end);
    }

    @Override
    public long decrementOfNothing(long key, int day) {
        byte[] tail = TAILS.get();
        int end = Decimal.put(tail, 0, key);
        return log.append(decrement, tail, field(tail, end, DAY, day));
    }

    @Override
    public long delete(long key, int first, int last) {
        byte[] tail = TAILS.get();
        int end = Decimal.put(tail, 0, key);
        end = field(tail, end, FROM, first);
        return log.append(delete, tail, field(tail, end, TO, last));
    }

    @Override
    public long deleteAll(int first, int last) {
        byte[] tail = TAILS.get();
        int end = Decimal.put(tail, 0, first);
        return log.append(deleteAll, tail, field(tail, end, TO, last));
    }

    @Override
    public long reset(long key) {
        byte[] tail = TAILS.get();
        return log.append(reset, tail, Decimal.put(tail, 0, key));
    }

    @Override
    public long resetAll() {
        return log.append(resetAll);
    }

    private static int field(byte[] tail, int at, byte[] name, long value) {
        System.arraycopy(name, 0, tail, at, name.length);
        return Decimal.put(tail, at + name.length, value);
    }
}
