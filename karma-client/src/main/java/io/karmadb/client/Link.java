package io.karmadb.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.util.ArrayDeque;

/** One connection of a lane, and the calls that have been written to it and not been answered. For the event loop only. */
final class Link extends SimpleChannelInboundHandler<ByteBuf> {
    private final Lane lane;
    private final int answerBytesMax;
    private final ArrayDeque<Call<?>> unanswered = new ArrayDeque<>();
    private Channel channel;
    private String whyClosed;
    private Throwable cause;
    private boolean closed;
    private boolean answered;
    private long usedNanos = System.nanoTime();

    Link(Lane lane, int answerBytesMax) {
        this.lane = lane;
        this.answerBytesMax = answerBytesMax;
    }

    ChannelHandler[] handlers() {
        return new ChannelHandler[] {new LineBasedFrameDecoder(answerBytesMax, true, true), this};
    }

    /** Called once the connection can be used. */
    void connected(Channel connected) {
        channel = connected;
        usedNanos = System.nanoTime();
    }

    /** Says whether a call may be written now. */
    boolean isWritable() {
        return !closed && channel.isActive() && channel.isWritable();
    }

    boolean isClosed() {
        return closed || !channel.isActive();
    }

    void write(Call<?> call) {
        call.countAttempt();
        unanswered.addLast(call);
        usedNanos = System.nanoTime();
        // What becomes of the bytes shows in the answer, or in the end of the connection.
        channel.write(Unpooled.wrappedBuffer(call.line())).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    void flush() {
        channel.flush();
    }

    /** Returns the call whose answer is due next, or null. */
    Call<?> first() {
        return unanswered.peekFirst();
    }

    boolean isIdle() {
        return unanswered.isEmpty();
    }

    long usedNanos() {
        return usedNanos;
    }

    /** Says whether anything was ever answered here. */
    boolean hasAnswered() {
        return answered;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
        if (closed) {
            return;
        }
        Call<?> call = unanswered.pollFirst();
        if (call == null) {
            end("the server sent a line that nobody had asked for", null);
            return;
        }
        answered = true;
        usedNanos = System.nanoTime();
        try {
            call.answer(ByteBufUtil.getBytes(line));
        } catch (IOException e) {
            refuse(call, "the answer is not what the protocol says: " + e.getMessage(), e);
        }
    }

    /** Fails a call at once, which would be answered the same way again. */
    private void refuse(Call<?> call, String why, Throwable reason) {
        if (call != null) {
            call.outcomeUnknown(why, reason);
        }
        end("the connection was closed, because of an earlier answer: " + why, reason);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        lane.proceed();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        lane.proceed();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("the server closed the connection", null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof TooLongFrameException) {
            refuse(unanswered.pollFirst(), "the answer is longer than answerBytesMax=" + answerBytesMax, failure);
        } else {
            end("the connection was lost: " + failure.getMessage(), failure);
        }
    }

    /** Closes the connection; the lane is told what was unanswered. */
    void end(String why, Throwable reason) {
        if (closed) {
            return;
        }
        closed = true;
        whyClosed = why;
        cause = reason;
        if (channel != null) {
            channel.close();
        }
        lane.lost(this);
    }

    String whyClosed() {
        return whyClosed;
    }

    Throwable cause() {
        return cause;
    }

    /** Hands over what was unanswered, in the order in which it was written. */
    ArrayDeque<Call<?>> takeUnanswered() {
        ArrayDeque<Call<?>> taken = new ArrayDeque<>(unanswered);
        unanswered.clear();
        return taken;
    }
}
