package io.karmadb.wal;

/**
 * The lines of a group commit on their way to the file: encoded a part at a time, so that what is encoded is in the
 * processor's cache when it is written.
 *
 * <p><b>Threads:</b> whoever holds the flusher's round. Allocates nothing.
 */
final class LineGroup {
    /** A part is written once it is as long: with one more line still in one piece, as a rule. */
    private static final int PART_BYTES = CurrentFile.CHUNK_BYTES - 4 * 1024;

    private final LineEncoder encoder;
    private final byte[] part = new byte[PART_BYTES + LineFormat.WRITTEN_LINE_BYTES_MAX];

    private PendingLines lines;
    private int size;
    private int encoded;
    private int run;
    private int written;
    private int end;
    private int bytes;
    private long lastSynced;

    /**
     * Makes an empty group.
     *
     * @param lastLsn the last LSN given out so far, known to be forced
     */
    LineGroup(long lastLsn) {
        encoder = new LineEncoder(lastLsn + 1);
        lastSynced = lastLsn;
    }

    /**
     * Begins with the next lines; those before have been written.
     *
     * @param lastLsn the LSN that was given out with the last of them
     * @throws IllegalStateException if the lines would be written with other LSNs than they were given
     */
    void begin(PendingLines next, long lastLsn) {
        assert isWritten();
        if (encoder.nextLsn() + next.size() - 1 != lastLsn) {
            throw new IllegalStateException("the lines do not have the LSNs that were given out: next="
                    + encoder.nextLsn() + ", lines=" + next.size() + ", last=" + lastLsn);
        }
        lines = next;
        size = next.size();
        encoded = 0;
        run = 0;
        bytes = 0;
    }

    /** Says whether all lines are written. */
    boolean isWritten() {
        return written == end && encoded == size;
    }

    /**
     * Encodes more lines, if all that was encoded is written.
     *
     * @param forcedLsn the LSN up to which all is forced, for the next line to say if none before it has
     */
    void encode(long forcedLsn) {
        if (written < end) {
            return;
        }
        written = 0;
        end = 0;
        for (; end < PART_BYTES && encoded < size; encoded++) {
            long synced = 0;
            if (forcedLsn > lastSynced) {
                synced = forcedLsn;
                lastSynced = forcedLsn;
            }
            run = lines.runOf(encoded, run);
            end = lines.encode(encoded, run, encoder, part, end, synced);
        }
        bytes += end;
    }

    /** Returns the array that holds what is encoded. */
    byte[] array() {
        return part;
    }

    /** Returns where in the array what is to be written begins. */
    int from() {
        return written;
    }

    /** Returns where it ends. */
    int to() {
        return end;
    }

    /** Notes that some of it is written. */
    void wrote(int count) {
        written += count;
    }

    /** Returns how many lines there are in the group. */
    int size() {
        return size;
    }

    /** Returns how much has been encoded of the group. */
    int bytes() {
        return bytes;
    }
}
