package io.karmadb.wal;

import io.karmadb.CorruptionException;
import java.nio.file.Path;

/** A line of a log while it is read: a view that changes with the next line. For the reading thread alone. */
public final class LogLine {
    private final Path path;
    private final String file;
    private long lsn;
    private boolean older;
    private long offset;
    private long number;
    private byte[] array;
    private int start;
    private int length;
    private int bodyStart;
    private int bodyLength;

    LogLine(Path path, String file) {
        this.path = path;
        this.file = file;
    }

    void setNumbered(LineScanner scanner, LineDecoder decoder) {
        set(scanner, decoder.lsn());
        older = false;
        bodyStart = decoder.bodyStart();
        bodyLength = decoder.bodyLength();
    }

    void setOlder(LineScanner scanner, long givenLsn) {
        set(scanner, givenLsn);
        older = true;
        bodyStart = 0;
        bodyLength = 0;
    }

    private void set(LineScanner scanner, long lineLsn) {
        lsn = lineLsn;
        offset = scanner.offset();
        number = scanner.number();
        array = scanner.array();
        start = scanner.start();
        length = scanner.length();
    }

    /**
     * Returns the line's LSN.
     *
     * @return 1 or more; for a line of an older server the one that it stands for
     */
    public long lsn() {
        return lsn;
    }

    /**
     * Says whether an older server wrote the line, so that it has neither LSN nor CRC.
     *
     * @return whether it did
     */
    public boolean older() {
        return older;
    }

    /**
     * Returns the name of the file.
     *
     * @return its bare name
     */
    public String file() {
        return file;
    }

    /**
     * Returns where the line starts.
     *
     * @return bytes from the start of the file
     */
    public long offset() {
        return offset;
    }

    /**
     * Returns the line's number in its file.
     *
     * @return 1 or more
     */
    public long number() {
        return number;
    }

    /**
     * Returns what holds the line's bytes.
     *
     * @return an array, not to be changed
     */
    public byte[] array() {
        return array;
    }

    /**
     * Returns where in the array the JSON object starts.
     *
     * @return an index
     */
    public int start() {
        return start;
    }

    /**
     * Returns the length of the JSON object, without line end.
     *
     * @return bytes
     */
    public int length() {
        return length;
    }

    /**
     * Returns where in the array the body starts, which is what was handed to {@link WriteAheadLog#append}.
     *
     * @return an index; 0 for a line of an older server, which has none
     */
    public int bodyStart() {
        return bodyStart;
    }

    /**
     * Returns the length of the body.
     *
     * @return bytes; 0 for a line of an older server, which has none
     */
    public int bodyLength() {
        return bodyLength;
    }

    /**
     * Makes the error that says that this line does not hold what it must.
     *
     * @param expected what should have been there
     * @param found what is there
     * @return the error, to be thrown
     */
    public CorruptionException corrupt(String expected, String found) {
        return corrupt(path, offset, number, expected, found);
    }

    /**
     * Makes the error for a file whose first line is not the one that has to come there.
     *
     * @param expectedLsn the LSN that it must have
     * @param previous the bare name of the file before, null if this is the first one that is needed
     * @param firstLsn the LSN that it has
     */
    static CorruptionException outOfOrder(Path path, long expectedLsn, String previous, long firstLsn) {
        String instead;
        if (previous == null) {
            instead = ", or a segment before this file that holds it";
        } else if (firstLsn > expectedLsn) {
            instead = ", or " + LogFiles.segmentName(expectedLsn) + " before this file";
        } else {
            instead = ", which follows " + previous;
        }
        return corrupt(path, 0, 1, "LSN " + expectedLsn + instead, "LSN " + firstLsn);
    }

    static CorruptionException corrupt(Path path, long offset, long number, String expected, String found) {
        return new CorruptionException(path, offset, "line " + number + ": " + expected, found);
    }
}
