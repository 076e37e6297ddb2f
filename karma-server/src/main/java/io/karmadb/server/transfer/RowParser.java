package io.karmadb.server.transfer;

/** Reads a line of a format. Keeps what it can use again; for one thread. */
interface RowParser {
    /**
     * Reads a line.
     *
     * @param array holds it
     * @param start where it starts
     * @param length its length without line end, not 0
     * @param into receives it; undefined after an error
     * @throws BadRowException if it is no row
     */
    void parse(byte[] array, int start, int length, Row into) throws BadRowException;
}
