package io.karmadb.server.network;

import io.karmadb.KarmaException;
import io.karmadb.server.command.AnswerCounts;
import io.karmadb.server.protocol.Command;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;

/**
 * The answers of one connection on their way out, in the order of the requests: the batch being filled, the batches that
 * wait for the log, the writes that wait for the client. For the connection's event loop only.
 *
 * <p><b>Bounds.</b> No more is accepted when {@link #isBlocked}, so it holds at most {@link #WAITING_BYTES_MAX}, Netty's
 * high-water mark, and one batch or one answer above that.
 */
final class Outbox {
    /** How many bytes may wait for the log. */
    static final int WAITING_BYTES_MAX = 256 * 1024;

    private static final int BATCH_BYTES = 512;

    private final Connection connection;
    private final LoopContext context;
    private final ChannelHandlerContext channel;
    private final ChannelFutureListener writeDone = this::onWritten;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>(2);
    private int waitingBytes;
    private boolean gated;
    private Batch open;
    private boolean openIsWaiting;
    private int writesInFlight;
    private long writingSinceNanos;

    Outbox(Connection connection, LoopContext context, ChannelHandlerContext channel) {
        this.connection = connection;
        this.context = context;
        this.channel = channel;
    }

    /**
     * Returns the batch to add answers to, until {@link #seal}.
     *
     * @param startNanos when the request that is answered was taken up
     */
    Batch open(long startNanos) {
        if (open == null) {
            Batch last = waiting.peekLast();
            // The first batch is left alone: raising its LSN could hold its answers back again and again.
            openIsWaiting = waiting.size() > 1 && !last.isFull();
            if (openIsWaiting) {
                open = last;
                waitingBytes -= last.size();
            } else {
                open = context.takeBatch();
                open.begin(channel.alloc().ioBuffer(BATCH_BYTES), startNanos);
            }
        }
        return open;
    }

    /** Sends what was added, or has it wait for the log. */
    void seal() {
        if (open == null) {
            return;
        }
        Batch batch = open;
        open = null;
        if (openIsWaiting) {
            waitingBytes += batch.size();
        } else {
            enqueue(batch);
        }
    }

    /** Sends a piece of the answer of a tree-wide {@code find}, or has it wait for the log. */
    void addChunk(ByteBuf bytes, long lsn, boolean last, long startNanos) {
        Batch batch = context.takeBatch();
        batch.begin(bytes, startNanos);
        if (last) {
            batch.addRead(Command.FIND, lsn);
        } else {
            batch.raiseLsn(lsn);
        }
        enqueue(batch);
    }

    private void enqueue(Batch batch) {
        if (waiting.isEmpty() && isReady(batch)) {
            send(batch);
            channel.flush();
            return;
        }
        waiting.addLast(batch);
        waitingBytes += batch.size();
        if (!gated) {
            gated = true;
            context.gate.add(connection, waiting.peekFirst().lsn());
        }
    }

    /** Sends the batches up to which the log is durable now. */
    void releaseDurable() {
        boolean sent = false;
        for (Batch first = waiting.peekFirst(); first != null; first = waiting.peekFirst()) {
            int size = first.size();
            if (!isReady(first)) {
                break;
            }
            waiting.pollFirst();
            waitingBytes -= size;
            send(first);
            sent = true;
        }
        if (sent) {
            channel.flush();
        }
    }

    /**
     * Says what the gate has to wait for; if for nothing, the next batch that waits announces itself there again.
     *
     * @return the LSN of the first batch that waits, or 0 if none does
     */
    long waitingLsn() {
        gated = !waiting.isEmpty();
        return gated ? waiting.peekFirst().lsn() : 0;
    }

    private boolean isReady(Batch batch) {
        if (batch.lsn() == 0 || context.store.isDurable(batch.lsn())) {
            return true;
        }
        KarmaException failure = context.gate.failure();
        if (failure == null) {
            return false;
        }
        batch.replaceUnacknowledged(context.store, failure, channel.alloc());
        return true;
    }

    private void send(Batch batch) {
        long now = System.nanoTime();
        AnswerCounts counts = batch.counts();
        if (counts.requests() > 0) {
            long nanos = now - batch.startNanos();
            context.figures.answered(nanos);
            counts.moveTo(context.loopFigures, nanos);
        }
        ByteBuf bytes = batch.take();
        context.giveBack(batch);
        // In pieces, so that the write timeout is one for each piece, however long the answer.
        while (bytes.readableBytes() > Batch.BYTES_FULL * 2) {
            write(bytes.readRetainedSlice(Batch.BYTES_FULL), now);
        }
        write(bytes, now);
    }

    private void write(ByteBuf bytes, long now) {
        if (writesInFlight++ == 0) {
            writingSinceNanos = now;
        }
        channel.write(bytes).addListener(writeDone);
    }

    private void onWritten(ChannelFuture write) {
        writesInFlight--;
        writingSinceNanos = System.nanoTime();
        connection.onWritten(write.isSuccess(), writingSinceNanos);
    }

    /** Says whether no more answers may be added for now. */
    boolean isBlocked() {
        return !channel.channel().isWritable() || waitingBytes >= WAITING_BYTES_MAX;
    }

    /** Says whether the batch being filled should be sealed first. */
    boolean isOpenFull() {
        return open != null && open.isFull();
    }

    boolean isEmpty() {
        return open == null && waiting.isEmpty() && writesInFlight == 0;
    }

    boolean isWriting() {
        return writesInFlight > 0;
    }

    /** Returns since when the client has been offered the piece that it has not taken yet. */
    long writingSinceNanos() {
        return writingSinceNanos;
    }

    void release() {
        if (open != null && !openIsWaiting) {
            open.release();
        }
        open = null;
        waiting.forEach(Batch::release);
        waiting.clear();
        waitingBytes = 0;
    }
}
