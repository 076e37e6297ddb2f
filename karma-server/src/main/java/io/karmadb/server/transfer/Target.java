package io.karmadb.server.transfer;

import io.karmadb.DayRange;

/** Where an import goes to. For one thread. */
interface Target extends AutoCloseable {
    /** Returns what tells it from other targets. */
    String name();

    /**
     * Sees whether it takes rows like those of a file, before anything is changed.
     *
     * @throws TransferException if not
     */
    void check(Validation file) throws TransferException;

    /** Receives sums that were asked for, in the order of the questions. */
    interface SumTaker {
        /**
         * Takes a sum.
         *
         * @param row as it was when its key was asked for
         * @param line where it is from
         * @param sum unsigned, 0 for what is not there
         * @param treeFound whether there is such a tree
         */
        void take(Row row, long line, long sum, boolean treeFound) throws TransferException;
    }

    /**
     * Asks for a sum of the buckets of a row's key, perhaps later; only before the first bucket is set.
     *
     * @param line where the row is from
     * @throws TransferException if this or an earlier question was refused, or its taker throws it
     */
    void sum(Row row, long line, DayRange range, SumTaker taker) throws TransferException;

    /**
     * Waits until all sums so far have been taken.
     *
     * @throws TransferException as {@link #sum}
     */
    void awaitSums() throws TransferException;

    /**
     * Sets a bucket, perhaps later.
     *
     * @param line where the row is from
     * @throws TransferException if this row, or one before it, was refused
     */
    void set(Row row, long line) throws TransferException;

    /**
     * Waits until all rows so far are durable.
     *
     * @throws TransferException if one was refused, or may not be durable
     */
    void flush() throws TransferException;

    /**
     * Ends an import that has come to its end.
     *
     * @throws TransferException if that fails; the rows are durable all the same
     */
    void finish() throws TransferException;

    @Override
    void close();

    /** Returns the error of a row that was refused. */
    static TransferException refused(long line, String why) {
        return new TransferException("line " + line + " was refused: " + why);
    }
}
