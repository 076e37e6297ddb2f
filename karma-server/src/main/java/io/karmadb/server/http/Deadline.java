package io.karmadb.server.http;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a connection whose client takes too long for what it is to do next. For the connection's event loop. */
final class Deadline extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);
    private static final long LOOK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int LOOKS_PER_TIMEOUT = 4;

    private enum Waiting {
        FOR_REQUEST,
        FOR_REST_OF_REQUEST,
        FOR_SERVER,
        FOR_ANSWER_TO_BE_TAKEN,
        FOR_END
    }

    private final HttpLimits limits;
    private Waiting waiting = Waiting.FOR_REST_OF_REQUEST;
    private long sinceNanos;
    private Future<?> looks;

    Deadline(HttpLimits limits) {
        this.limits = limits;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        enter(Waiting.FOR_REST_OF_REQUEST); // whoever connects has something to say
        long everyNanos = Math.min(LOOK_NANOS_MAX, limits.requestTimeout().toNanos() / LOOKS_PER_TIMEOUT);
        looks = ctx.executor().scheduleWithFixedDelay(() -> look(ctx), everyNanos, everyNanos, TimeUnit.NANOSECONDS);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (waiting == Waiting.FOR_REQUEST) {
            enter(Waiting.FOR_REST_OF_REQUEST);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (looks != null) {
            looks.cancel(false);
        }
        ctx.fireChannelInactive();
    }

    void requestIsWhole() {
        enter(Waiting.FOR_SERVER);
    }

    void answerIsOffered() {
        enter(Waiting.FOR_ANSWER_TO_BE_TAKEN);
    }

    void answerIsTaken() {
        enter(Waiting.FOR_REQUEST);
    }

    void endIsNear() {
        enter(Waiting.FOR_END);
    }

    private void enter(Waiting next) {
        waiting = next;
        sinceNanos = System.nanoTime();
    }

    private long allowedNanos() {
        return switch (waiting) {
            case FOR_REQUEST -> limits.idleTimeout().toNanos();
            case FOR_REST_OF_REQUEST -> limits.requestTimeout().toNanos();
            case FOR_SERVER -> Long.MAX_VALUE;
            case FOR_ANSWER_TO_BE_TAKEN -> limits.writeTimeout().toNanos();
            case FOR_END -> DRAIN_NANOS;
        };
    }

    private void look(ChannelHandlerContext ctx) {
        if (System.nanoTime() - sinceNanos > allowedNanos()) {
            if (waiting == Waiting.FOR_ANSWER_TO_BE_TAKEN) {
                dropUnsent(ctx);
            }
            ctx.close();
        }
    }

    private static void dropUnsent(ChannelHandlerContext ctx) {
        try {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            LOG.debug("The client has closed the connection already", e);
        }
    }
}
