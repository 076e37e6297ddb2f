package io.karmadb.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd, if that has started this process and wants to know ({@code Type=notify}), when the server is ready, and
 * what it does meanwhile. Nothing depends on it: what cannot be told is logged.
 *
 * <p><b>Source:</b> sd_notify(3): datagrams to the Unix socket that {@code NOTIFY_SOCKET} names, where a leading at sign
 * stands for an abstract address.
 */
final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final long WAIT_MILLIS = 1000;

    private final DomainSocketAddress address;

    private ServiceManager(DomainSocketAddress address) {
        this.address = address;
    }

    /**
     * Makes it.
     *
     * @param socket the value of {@code NOTIFY_SOCKET}, or null if there is none
     */
    static ServiceManager of(String socket) {
        if (socket == null || socket.isEmpty()) {
            return new ServiceManager(null);
        }
        if (!Epoll.isAvailable()) {
            LOG.atWarn()
                    .addKeyValue("event", "server.notify")
                    .log(
                            "Cannot tell systemd anything: {}",
                            Epoll.unavailabilityCause().toString());
            return new ServiceManager(null);
        }
        return new ServiceManager(
                new DomainSocketAddress(socket.startsWith("@") ? "\0" + socket.substring(1) : socket));
    }

    /** The server serves. */
    void ready() {
        tell("READY=1\nSTATUS=Serving");
    }

    /** The server restores; how far it has got is told to clients. */
    void loading() {
        tell("STATUS=Restoring");
    }

    /** The server stops, which saves. */
    void stopping() {
        tell("STOPPING=1\nSTATUS=Saving");
    }

    private void tell(String state) {
        if (address == null) {
            return;
        }
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("karma-notify", true), EpollIoHandler.newFactory());
        try {
            ChannelFuture connected = new Bootstrap()
                    .group(loop)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(address);
            if (isDone(connected)) {
                ByteBuf message = Unpooled.copiedBuffer(state, StandardCharsets.UTF_8);
                isDone(connected.channel().writeAndFlush(message));
            }
        } finally {
            loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
        }
    }

    private static boolean isDone(ChannelFuture step) {
        if (step.awaitUninterruptibly(WAIT_MILLIS) && step.isSuccess()) {
            return true;
        }
        LOG.atWarn()
                .addKeyValue("event", "server.notify")
                .log(
                        "Cannot tell systemd: {}",
                        step.cause() == null
                                ? "not done in " + WAIT_MILLIS + " ms"
                                : step.cause().toString());
        return false;
    }
}
