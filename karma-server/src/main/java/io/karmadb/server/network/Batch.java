package io.karmadb.server.network;

import io.karmadb.KarmaException;
import io.karmadb.KarmaStore;
import io.karmadb.server.command.AnswerCounts;
import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.ErrorCode;
import io.karmadb.server.protocol.Responses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * Answers that are sent together, once the log is durable up to {@link #lsn()}. Reused; for one event loop.
 *
 * <p>It remembers which bytes answer writes, so that these alone can be replaced when the log fails: what was read is true
 * all the same.
 */
final class Batch {
    /** No more answers are added to a batch of this size. */
    static final int BYTES_FULL = 64 * 1024;

    private static final int WRITES_KEPT = 256;

    private ByteBuf bytes;
    private long lsn;
    private final AnswerCounts counts = new AnswerCounts();
    private long startNanos;
    private int writes;
    private long[] writeLsns = new long[16];
    private int[] writeStarts = new int[16];
    private int[] writeEnds = new int[16];
    private Command[] writeCommands = new Command[16];

    /** Begins with bytes that are there already; takes them over. */
    void begin(ByteBuf start, long nowNanos) {
        bytes = start;
        startNanos = nowNanos;
        lsn = 0;
        counts.clear();
        writes = 0;
    }

    /** Returns where to write the next answer. */
    ByteBuf bytes() {
        return bytes;
    }

    long lsn() {
        return lsn;
    }

    /** Returns what has been added, by command and outcome. */
    AnswerCounts counts() {
        return counts;
    }

    long startNanos() {
        return startNanos;
    }

    int size() {
        return bytes.readableBytes();
    }

    boolean isFull() {
        return size() >= BYTES_FULL;
    }

    /** Notes that the bytes since the last answer are one, which rests on an LSN. */
    void addRead(Command command, long restsOn) {
        add(command, null, restsOn);
    }

    private void add(Command command, ErrorCode error, long restsOn) {
        counts.add(command, error);
        lsn = Math.max(lsn, restsOn);
    }

    /** Notes that the bytes from {@code start} on answer a write. */
    void addWrite(Command command, int start, long restsOn) {
        addRead(command, restsOn);
        if (restsOn == 0) {
            return;
        }
        if (writes == writeLsns.length) {
            writeLsns = Arrays.copyOf(writeLsns, writes * 2);
            writeStarts = Arrays.copyOf(writeStarts, writes * 2);
            writeEnds = Arrays.copyOf(writeEnds, writes * 2);
            writeCommands = Arrays.copyOf(writeCommands, writes * 2);
        }
        writeLsns[writes] = restsOn;
        writeStarts[writes] = start;
        writeEnds[writes] = bytes.writerIndex();
        writeCommands[writes] = command;
        writes++;
    }

    /** Notes that the bytes since the last answer are a failure's; the command is null for a line that names none. */
    void addError(Command command, ErrorCode error, long restsOn) {
        add(command, error, restsOn);
    }

    /** Notes that the bytes are a piece of an answer. */
    void raiseLsn(long restsOn) {
        lsn = Math.max(lsn, restsOn);
    }

    /** Hands the bytes over. */
    ByteBuf take() {
        ByteBuf taken = bytes;
        bytes = null;
        if (writeLsns.length > WRITES_KEPT) {
            writeLsns = new long[WRITES_KEPT];
            writeStarts = new int[WRITES_KEPT];
            writeEnds = new int[WRITES_KEPT];
            writeCommands = new Command[WRITES_KEPT];
        }
        return taken;
    }

    /** Replaces the answers of writes that the failed log may not hold. */
    void replaceUnacknowledged(KarmaStore store, KarmaException failure, ByteBufAllocator allocator) {
        ByteBuf replaced = allocator.ioBuffer(size());
        int copied = bytes.readerIndex();
        for (int i = 0; i < writes; i++) {
            if (store.isDurable(writeLsns[i])) {
                continue;
            }
            replaced.writeBytes(bytes, copied, writeStarts[i] - copied);
            Responses.error(replaced, ErrorCode.INTERNAL_ERROR, "Outcome unknown: " + failure.getMessage());
            copied = writeEnds[i];
            counts.becomesError(writeCommands[i], ErrorCode.INTERNAL_ERROR);
        }
        replaced.writeBytes(bytes, copied, bytes.writerIndex() - copied);
        bytes.release();
        bytes = replaced;
    }

    void release() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
