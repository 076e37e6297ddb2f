package io.karmadb.server.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: takes lines in turns, hands them to its {@link RequestRunner}, ends.
 *
 * <p><b>Turns.</b> At most {@link #REQUESTS_PER_TURN} lines are taken in one, and their answers go out together; then the
 * loop's other connections have theirs. A turn ends early when a command has to run on a worker, when the client does not
 * take its answers, or when too many of them wait for the log; nothing is read from the client until that has passed, so
 * TCP makes it wait, and the server holds no more of it than one piece received and one {@link Outbox}.
 *
 * <p><b>Threads.</b> All state belongs to the connection's event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter implements AcknowledgementGate.Holder {
    /** How many requests are taken in one turn. */
    static final int REQUESTS_PER_TURN = 128;

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** How many read timeouts a whole request may take, or what comes before all requests with TLS. */
    static final int WHOLE_REQUEST_TIMEOUTS = 4;

    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How a connection ends once its answers are out. */
    enum Ending {
        /** It does not. */
        NONE,
        /** It is closed. */
        CLOSE,
        /**
         * Only its sending side is closed at first, and what the client still sends is thrown away: closing a socket with
         * unread bytes makes TCP reset it, which can take the last answer from the client.
         */
        DRAIN
    }

    private final LoopContext context;
    private final LineBuffer lines;
    private final Runnable step = this::step;
    private int index;
    private ChannelHandlerContext channel;
    private Outbox outbox;
    private RequestRunner runner;

    private boolean handshaking;
    private boolean inTurn;
    private boolean turnScheduled;
    private boolean inputEnded;
    private Ending ending = Ending.NONE;
    private boolean draining;
    private boolean closed;
    private long endingSinceNanos;
    private long activeNanos;
    private boolean partial;
    private long partialSinceNanos;

    Connection(LoopContext context) {
        this.context = context;
        lines = new LineBuffer(context.settings.requestBytesMax());
        handshaking = context.settings.tls() != null;
    }

    int index() {
        return index;
    }

    void setIndex(int value) {
        index = value;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx;
        outbox = new Outbox(this, context, ctx);
        runner = new RequestRunner(this, context, outbox, ctx.alloc());
        activeNanos = System.nanoTime();
        context.add(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf received = (ByteBuf) message;
        if (closed || ending != Ending.NONE) {
            received.release();
            return;
        }
        activeNanos = System.nanoTime();
        lines.add(ctx.alloc(), received);
        proceed();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            handshaking = false;
            activeNanos = System.nanoTime();
        } else if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (draining) {
                ctx.close();
            } else {
                proceed();
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        proceed();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!closed && outbox != null) {
            closed = true;
            context.remove(this);
            lines.release();
            outbox.release();
            runner.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // An IOException is the client's way of leaving; one around that of TLS, of not speaking it.
        boolean clients = cause instanceof IOException || cause.getCause() instanceof SSLException;
        if (!closed && !clients) {
            LOG.atError()
                    .addKeyValue("event", "connection.error")
                    .setCause(cause)
                    .log("A connection failed in a way that nobody expected and is closed");
        }
        ctx.close();
    }

    boolean isClosed() {
        return closed;
    }

    /** Goes on with what can go on: the answer that is being streamed, or the next turn. */
    void proceed() {
        if (closed || inTurn || turnScheduled) {
            return;
        }
        guard(step);
    }

    private void step() {
        if (runner.isStreaming()) {
            runner.resumeStream();
            endIfDone();
            updateReading();
        } else {
            runTurn();
        }
    }

    /** Runs a task on the event loop, which would swallow what it throws; the connection cannot go on after that. */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            exceptionCaught(channel, e);
        }
    }

    private boolean canTake() {
        return ending == Ending.NONE && !closed && !runner.isBusy() && !outbox.isBlocked();
    }

    private void runTurn() {
        long now = System.nanoTime();
        int taken = 0;
        boolean exhausted = false;
        inTurn = true;
        try {
            while (!exhausted && taken < REQUESTS_PER_TURN && canGoOn()) {
                int count = context.lookahead.parse(lines, inputEnded, REQUESTS_PER_TURN - taken);
                int end = context.lookahead.end();
                int done = runAhead(count, now);
                taken += done;
                if (done < count) {
                    lines.rewind();
                } else if (end == LineBuffer.TOO_LONG && canTake()) {
                    runner.refuseTooLong(now);
                } else {
                    exhausted = end == LineBuffer.NONE && canTake();
                }
            }
            outbox.seal();
        } finally {
            inTurn = false;
        }
        if (closed) {
            return;
        }
        if (exhausted) {
            notePartial(now);
        } else if (canTake()) {
            scheduleTurn();
        }
        endIfDone();
        updateReading();
    }

    private boolean canGoOn() {
        return canTake() && !outbox.isOpenFull();
    }

    /** Carries out lines that have been read ahead, as far as it goes. Returns how many. */
    private int runAhead(int count, long now) {
        int done = 0;
        while (done < count && canGoOn()) {
            ParsedLine line = context.lookahead.get(done++);
            lines.consume(line.consumed());
            partial = false;
            runner.run(line, now);
        }
        return done;
    }

    private void notePartial(long now) {
        if (lines.isEmpty()) {
            partial = false;
            return;
        }
        if (!partial) {
            partial = true;
            partialSinceNanos = now;
        }
        lines.compact(channel.alloc());
    }

    private void scheduleTurn() {
        turnScheduled = true;
        // Not execute(): the loop would run it again and again before it looks at its other sockets.
        context.loop.schedule(
                () -> {
                    turnScheduled = false;
                    proceed();
                },
                0,
                TimeUnit.NANOSECONDS);
    }

    private void updateReading() {
        boolean wanted = draining || !turnScheduled && !inputEnded && canTake();
        if (!closed && channel.channel().config().isAutoRead() != wanted) {
            channel.channel().config().setAutoRead(wanted);
        }
    }

    /** Called by the gate: the log may be durable further than before. */
    @Override
    public long releaseDurable() {
        if (closed) {
            return 0;
        }
        // Guarded: a connection that fails must not keep the others of the loop from their answers.
        guard(outbox::releaseDurable);
        if (closed) {
            return 0;
        }
        proceed();
        return closed ? 0 : outbox.waitingLsn();
    }

    /** Called by the outbox: the client's TCP has taken a piece, or never will. */
    void onWritten(boolean success, long nowNanos) {
        activeNanos = nowNanos;
        if (!success) {
            channel.close();
        } else if (!inTurn) {
            endIfDone();
        }
    }

    /** Takes no more lines, and ends once all answers are out. */
    void end(Ending how) {
        if (ending == Ending.NONE) {
            ending = how;
            endingSinceNanos = System.nanoTime();
            lines.release();
        }
    }

    /** As {@link #end}, for the server's stop: what runs is finished, what has only been received is dropped. */
    void stop() {
        if (closed) {
            return;
        }
        end(runner.isBusy() || !outbox.isEmpty() ? Ending.DRAIN : Ending.CLOSE);
        endIfDone();
        updateReading();
    }

    private void endIfDone() {
        if (closed || draining || inTurn || runner.isBusy() || !outbox.isEmpty()) {
            return;
        }
        // TLS has its own way of saying that nothing follows, which closing does.
        if (ending == Ending.DRAIN && !inputEnded && context.settings.tls() == null) {
            draining = true;
            endingSinceNanos = System.nanoTime();
            ((DuplexChannel) channel.channel()).shutdownOutput();
        } else if (ending != Ending.NONE || inputEnded && lines.isEmpty()) {
            channel.close();
        }
    }

    /** Called by the loop every now and then. */
    void checkTimeouts(long now) {
        if (runner.isJobRunning()) {
            endingSinceNanos = now;
        }
        if (draining) {
            if (now - endingSinceNanos > DRAIN_NANOS) {
                channel.close();
            }
        } else if (outbox.isWriting() && isOver(now - outbox.writingSinceNanos(), context.writeTimeoutNanos)) {
            abort();
        } else if (ending != Ending.NONE) {
            if (now - endingSinceNanos > END_NANOS) {
                abort();
            }
        } else if (!handshaking && isClientsTurn() && isClientTooSlow(now)) {
            channel.close();
        }
    }

    private boolean isClientTooSlow(long now) {
        return isOver(now - activeNanos, context.readTimeoutNanos)
                || partial && isOver((now - partialSinceNanos) / WHOLE_REQUEST_TIMEOUTS, context.readTimeoutNanos);
    }

    private boolean isClientsTurn() {
        return !turnScheduled && !runner.isBusy() && outbox.isEmpty();
    }

    private static boolean isOver(long nanos, long timeoutNanos) {
        return timeoutNanos > 0 && nanos > timeoutNanos;
    }

    /** Closes the connection without leaving to the system what the client has not taken. */
    private void abort() {
        try {
            channel.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            LOG.debug("The client has closed the connection already", e);
        }
        channel.close();
    }
}
