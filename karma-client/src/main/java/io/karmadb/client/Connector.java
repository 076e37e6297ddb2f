package io.karmadb.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;

/** Makes connections to the server, encrypted if it is to be, and knows those that are open. */
final class Connector {
    private static final int UNSENT_BYTES_MAX = 256 * 1024;

    private final ClientSettings settings;
    private final EventLoop loop;
    private final ChannelGroup open;

    Connector(ClientSettings settings, EventLoop loop) {
        this.settings = settings;
        this.loop = loop;
        this.open = new DefaultChannelGroup(loop, true);
    }

    /**
     * Connects; done when the first request can be sent.
     *
     * @param handlers what the channel's bytes go through
     * @return the channel, or why there is none
     */
    Future<Channel> connect(ChannelHandler... handlers) {
        int timeoutMillis = (int) settings.connectTimeout().toMillis();
        Promise<Channel> connected = loop.newPromise();
        ChannelFuture connect = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .option(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(UNSENT_BYTES_MAX / 2, UNSENT_BYTES_MAX))
                .handler(new ChannelInitializer<NioSocketChannel>() {
                    @Override
                    protected void initChannel(NioSocketChannel channel) {
                        open.add(channel);
                        if (settings.tls() != null) {
                            SslHandler tls =
                                    settings.tls().newHandler(channel.alloc(), settings.host(), settings.port());
                            tls.setHandshakeTimeoutMillis(timeoutMillis);
                            channel.pipeline().addLast(tls);
                        }
                        channel.pipeline().addLast(handlers);
                    }
                })
                .connect(InetSocketAddress.createUnresolved(settings.host(), settings.port()));
        connect.addListener(tcp -> {
            Channel channel = connect.channel();
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (!tcp.isSuccess()) {
                connected.setFailure(tcp.cause());
            } else if (tls == null) {
                connected.setSuccess(channel);
            } else {
                tls.handshakeFuture().addListener(handshake -> {
                    if (handshake.isSuccess()) {
                        connected.setSuccess(channel);
                    } else {
                        channel.close();
                        connected.setFailure(handshake.cause());
                    }
                });
            }
        });
        return connected;
    }

    ClientSettings settings() {
        return settings;
    }

    EventLoop loop() {
        return loop;
    }

    /** Closes every open connection, and those that are yet to be. */
    void close() {
        open.close();
    }

    /** Says why there is no connection, in one line. */
    String failure(Throwable cause) {
        String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return reason.contains(settings.server())
                ? "cannot connect: " + reason
                : "cannot connect to " + settings.server() + ": " + reason;
    }
}
