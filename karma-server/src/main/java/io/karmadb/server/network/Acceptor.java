package io.karmadb.server.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before Netty's own handler of the listening socket: stops accepting at the greatest number of connections until
 * one ends, and for a moment when accepting fails, as it does without file descriptors. Whoever comes meanwhile waits in
 * the system's queue.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final long PAUSE_MILLIS = 100;
    private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int connectionsMax;
    private final AtomicInteger connections = new AtomicInteger();
    private boolean failing;
    private long loggedNanos;
    private boolean everLogged;

    Acceptor(int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel connection = (Channel) message;
        connections.incrementAndGet();
        connection.closeFuture().addListener(closed -> {
            if (connections.getAndDecrement() >= connectionsMax && ctx.channel().isOpen()) {
                ctx.executor().execute(() -> update(ctx));
            }
            synchronized (this) {
                notifyAll();
            }
        });
        update(ctx);
        ctx.fireChannelRead(connection);
    }

    private void update(ChannelHandlerContext ctx) {
        boolean wanted = !failing && connections.get() < connectionsMax;
        if (ctx.channel().config().isAutoRead() != wanted) {
            ctx.channel().config().setAutoRead(wanted);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        long now = System.nanoTime();
        if (!everLogged || now - loggedNanos > LOG_NANOS) {
            everLogged = true;
            loggedNanos = now;
            LOG.atWarn()
                    .addKeyValue("event", "connection.refused")
                    .addKeyValue("connections", connections.get())
                    .log("Accepting a connection failed, trying again: {}", cause.toString());
        }
        failing = true;
        update(ctx);
        ctx.executor()
                .schedule(
                        () -> {
                            failing = false;
                            update(ctx);
                        },
                        PAUSE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** Returns the number of connections that are open. */
    int connections() {
        return connections.get();
    }

    /** Waits until no connection is open; not for an event loop. */
    synchronized void awaitNoConnections() {
        boolean interrupted = false;
        while (connections.get() > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
