package io.karmadb.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The line of an answer as it arrives, without its line end, over a connection of its own. Nothing more is taken from the
 * connection until what there is has been read, so TCP makes the server wait.
 *
 * <p><b>Threads.</b> For one at a time.
 *
 * <p><b>Failure.</b> An {@link IOException} whose cause is a {@link KarmaClientException}, also if nothing comes for as
 * long as a request may take.
 */
final class AnswerStream extends InputStream {
    /** What is in the queue instead of bytes when no more come. */
    private static final ByteBuf END = Unpooled.unreleasableBuffer(Unpooled.buffer(0, 0));

    private static final int PATIENCE_TIMES = 3;

    private final KarmaCommand command;
    private final Channel channel;
    private final Receiver receiver;
    private final Duration timeout;
    private ByteBuf current = Unpooled.EMPTY_BUFFER;
    private boolean ended;
    private boolean closed;

    private AnswerStream(KarmaCommand command, Channel channel, Receiver receiver, Duration timeout) {
        this.command = command;
        this.channel = channel;
        this.receiver = receiver;
        this.timeout = timeout;
    }

    /**
     * Sends a request.
     *
     * @throws KarmaNotSentException if there is no connection
     */
    static AnswerStream open(Connector connector, KarmaCommand command, byte[] line, Duration timeout) {
        Receiver receiver = new Receiver();
        Channel channel = connect(connector, command, receiver);
        channel.config().setAutoRead(false);
        channel.writeAndFlush(Unpooled.wrappedBuffer(line));
        return new AnswerStream(command, channel, receiver, timeout);
    }

    private static Channel connect(Connector connector, KarmaCommand command, Receiver receiver) {
        long patienceMillis = connector.settings().connectTimeout().toMillis() * PATIENCE_TIMES;
        Future<Channel> connect;
        try {
            connect = connector.connect(receiver);
            connect.awaitUninterruptibly(patienceMillis);
        } catch (RejectedExecutionException e) {
            throw new KarmaNotSentException(command.text() + " was not sent: the client is closed", e);
        }
        if (!connect.isSuccess()) {
            // It is always done by then, unless the client was closed meanwhile.
            String why = connect.isDone() ? connector.failure(connect.cause()) : "the client is closed";
            throw new KarmaNotSentException(command.text() + " was not sent: " + why, connect.cause());
        }
        return connect.getNow();
    }

    @Override
    public int read() throws IOException {
        return fill() ? current.readUnsignedByte() : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, current.readableBytes());
        current.readBytes(to, offset, count);
        return count;
    }

    /** Waits for bytes of the line; returns false at its end. */
    private boolean fill() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        while (!ended && !current.isReadable()) {
            current.release();
            current = Unpooled.EMPTY_BUFFER;
            ByteBuf next = next();
            if (next == END) {
                throw lost("the connection was lost before the answer was whole", receiver.cause);
            }
            current = cut(next);
        }
        return current.isReadable();
    }

    /** Drops the line end, and notes that it has come. */
    private ByteBuf cut(ByteBuf bytes) {
        int start = bytes.readerIndex();
        int end = bytes.indexOf(start, bytes.writerIndex(), (byte) '\n');
        if (end >= 0) {
            ended = true;
            bytes.writerIndex(end);
            channel.close();
        }
        // A carriage return is nowhere in an answer but at its end, where it can be the last byte of a piece.
        int last = bytes.writerIndex() - 1;
        if (last >= start && bytes.getByte(last) == '\r') {
            bytes.writerIndex(last);
        }
        return bytes;
    }

    private ByteBuf next() throws IOException {
        ByteBuf next = receiver.received.poll();
        if (next != null) {
            return next;
        }
        channel.read();
        try {
            next = receiver.received.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw lost("interrupted", e);
        }
        if (next == null) {
            throw lost("nothing came for " + timeout.toMillis() / 1000.0 + " s", null);
        }
        return next;
    }

    private IOException lost(String why, Throwable cause) {
        close();
        KarmaOutcomeUnknownException failure =
                new KarmaOutcomeUnknownException(command.text() + " has no whole answer: " + why, cause);
        return new IOException(failure.getMessage(), failure);
    }

    /** Closes the connection, also in the middle of the answer. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        channel.close();
        receiver.drop();
        current.release();
        current = Unpooled.EMPTY_BUFFER;
    }

    /** Puts what arrives where the reader finds it. */
    private static final class Receiver extends SimpleChannelInboundHandler<ByteBuf> {
        private final BlockingQueue<ByteBuf> received = new LinkedBlockingQueue<>();
        private volatile boolean dropping;
        private volatile Throwable cause;

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            received.add(bytes.retain());
            if (dropping) {
                drop();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            received.add(END);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            cause = failure;
            context.close();
        }

        void drop() {
            dropping = true;
            for (ByteBuf bytes = received.poll(); bytes != null; bytes = received.poll()) {
                bytes.release();
            }
            received.add(END);
        }
    }
}
