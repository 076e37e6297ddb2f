package io.karmadb.server.network;

import io.karmadb.CounterCursor;
import io.karmadb.DayRange;
import io.karmadb.Tree;
import io.karmadb.server.command.Failure;
import io.karmadb.server.protocol.Command;
import io.karmadb.server.protocol.Responses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The answer of a tree-wide {@code find}, made piece by piece at the pace of the client, so that neither memory nor a
 * thread is held by a slow one.
 *
 * <p>Used by one thread at a time: a worker makes a piece, then the connection's event loop says when to make the next.
 */
final class FindStream implements AutoCloseable {
    private static final int CHUNK_BYTES = 32 * 1024;

    /**
     * A piece of the answer.
     *
     * @param bytes the piece; null if making it failed
     * @param lsn what it rests on
     * @param last whether the answer is whole with it
     * @param failure why making it failed, or null
     */
    record Chunk(ByteBuf bytes, long lsn, boolean last, Failure failure) {
        void release() {
            if (bytes != null) {
                bytes.release();
            }
        }
    }

    private final Tree tree;
    private final DayRange range;
    private CounterCursor cursor;
    private boolean anyKey;

    FindStream(Tree tree, DayRange range) {
        this.tree = tree;
        this.range = range;
    }

    /** Makes the next piece. */
    Chunk next(ByteBufAllocator allocator) {
        ByteBuf bytes = null;
        try {
            bytes = allocator.ioBuffer(CHUNK_BYTES + CHUNK_BYTES / 4);
            boolean last = fill(bytes);
            return new Chunk(bytes, cursor.lsn(), last, null);
        } catch (RuntimeException | Error e) {
            if (bytes != null) {
                bytes.release();
            }
            return new Chunk(null, 0, true, Failure.of(Command.FIND, e));
        }
    }

    private boolean fill(ByteBuf bytes) {
        if (cursor == null) {
            cursor = tree.cursor(range);
            Responses.begin(bytes);
            bytes.writeByte('{');
        }
        while (bytes.readableBytes() < CHUNK_BYTES) {
            if (!cursor.next()) {
                bytes.writeByte('}');
                Responses.end(bytes);
                return true;
            }
            if (anyKey) {
                bytes.writeByte(',');
            }
            anyKey = true;
            Responses.keyMember(bytes, cursor.key(), cursor.buckets());
        }
        return false;
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
        }
    }
}
