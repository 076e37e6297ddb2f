package io.karmadb.server.transfer;

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
