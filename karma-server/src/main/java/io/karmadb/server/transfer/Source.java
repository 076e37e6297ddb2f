package io.karmadb.server.transfer;

import io.karmadb.DayRange;
import java.io.IOException;
import java.util.List;

/** Where an export comes from. For one thread. */
interface Source extends AutoCloseable {
    /** Receives buckets: those of a key one after the other, by day. */
    interface Sink {
        /**
         * Takes a bucket.
         *
         * @throws IOException if it cannot be written
         */
        void bucket(String tree, long key, int day, long count) throws IOException;

        /** Is told that all buckets of a key have been shown, also if there was none. */
        void keyDone();
    }

    /** Returns the names of the trees in order of creation. */
    List<String> trees() throws TransferException;

    /** Returns the number of keys of all trees, about; 0 if nobody knows. */
    long keys() throws TransferException;

    /**
     * Shows all buckets of a tree in a range of days.
     *
     * @return false if there is no such tree
     */
    boolean read(String tree, DayRange range, Sink sink) throws TransferException, IOException;

    @Override
    void close();
}
