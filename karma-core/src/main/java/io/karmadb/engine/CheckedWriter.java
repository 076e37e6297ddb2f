package io.karmadb.engine;

import io.karmadb.Day;
import io.karmadb.DayRange;
import io.karmadb.FutureDayException;
import io.karmadb.TreeWriter;

/** Checks the arguments of writes, adds the current day, and hands all of them on in one form. */
abstract class CheckedWriter implements TreeWriter {
    private final DayClock clock;

    CheckedWriter(DayClock clock) {
        this.clock = clock;
    }

    /**
     * Carries a write out.
     *
     * @param first the first day of a range, or the day
     * @param last the last day of a range
     * @param amount the amount, or the count to set
     * @return what it leaves: the new total or the amount taken
     */
    abstract long write(TreeCommand command, long key, int first, int last, long amount);

    /** Increments by an amount and returns the new total. For who has a shorter way than {@link #write}. */
    long add(long key, int day, long amount) {
        return write(TreeCommand.INCREMENT, key, day, 0, amount);
    }

    final DayClock clock() {
        return clock;
    }

    /** Returns the current day. */
    final int today() {
        return clock.today();
    }

    @Override
    public final long increment(long key) {
        return add(key, today(), 1);
    }

    @Override
    public final long increment(long key, long amount) {
        return add(key, today(), requireAmount(amount));
    }

    @Override
    public final long incrementOn(int day, long key, long amount) {
        return add(key, requireDay(day), requireAmount(amount));
    }

    @Override
    public final long decrement(long key) {
        return write(TreeCommand.DECREMENT, key, today(), 0, 1);
    }

    @Override
    public final long decrement(long key, long amount) {
        return write(TreeCommand.DECREMENT, key, today(), 0, requireAmount(amount));
    }

    @Override
    public final long decrementOn(int day, long key, long amount) {
        return write(TreeCommand.DECREMENT, key, requireDay(day), 0, requireAmount(amount));
    }

    @Override
    public final long set(long key, int day, long count) {
        return write(TreeCommand.SET, key, requirePast(day), 0, count);
    }

    @Override
    public final void delete(long key, DayRange range) {
        write(TreeCommand.DELETE, key, range.first(), range.last(), 0);
    }

    @Override
    public final void delete(DayRange range) {
        write(TreeCommand.DELETE_ALL, 0, range.first(), range.last(), 0);
    }

    @Override
    public final void reset(long key) {
        write(TreeCommand.RESET, key, 0, 0, 0);
    }

    @Override
    public final void reset() {
        write(TreeCommand.RESET_ALL, 0, 0, 0, 0);
    }

    private static long requireAmount(long amount) {
        if (amount == 0) {
            throw new IllegalArgumentException("an amount is not 0");
        }
        return amount;
    }

    private static int requireDay(int day) {
        if (!Day.isValid(day)) {
            throw new IllegalArgumentException("not a day of the form YYYYMMDD in the calendar: day=" + day);
        }
        return day;
    }

    final int requirePast(int day) {
        int today = today();
        if (requireDay(day) > today) {
            throw new FutureDayException(day, today);
        }
        return day;
    }
}
