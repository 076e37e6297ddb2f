package io.karmadb.server.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Reads the rows of a file, from its start or from where an earlier import has got to. For one thread. */
final class RowReader implements Closeable {
    private final RecordReader records;
    private final RowParser parser;
    private boolean headerExpected;

    /**
     * Begins to read.
     *
     * @param in the file from an offset on; closed with this
     * @param offset where in the file {@code in} stands, 0 for its start
     * @param line the number of the line that begins there
     */
    RowReader(InputStream in, Format format, long offset, long line) {
        records = new RecordReader(in, format == Format.CSV, offset, line);
        parser = format.parser();
        headerExpected = format == Format.CSV && offset == 0;
    }

    /**
     * Goes to the next row; empty lines are passed over.
     *
     * @param into receives it
     * @return whether there is one
     * @throws BadRowException if a line is no row; reading can go on with the next
     */
    boolean next(Row into) throws IOException, BadRowException {
        while (records.next()) {
            if (records.isTooLong()) {
                throw new BadRowException("it is longer than " + RecordReader.RECORD_BYTES_MAX + " bytes");
            }
            if (records.length() == 0) {
                continue;
            }
            if (headerExpected) {
                headerExpected = false;
                if (!CsvParser.isHeader(records.array(), records.start(), records.length())) {
                    throw new BadRowException("the first line must be the header " + CsvParser.HEADER);
                }
                continue;
            }
            parser.parse(records.array(), records.start(), records.length(), into);
            return true;
        }
        return false;
    }

    /** Returns the number of the line in which the row starts. */
    long line() {
        return records.line();
    }

    /** Returns the number of the line after it. */
    long nextLine() {
        return records.nextLine();
    }

    /** Returns where in the file the row ends. */
    long endOffset() {
        return records.endOffset();
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
