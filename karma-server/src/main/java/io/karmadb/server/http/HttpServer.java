package io.karmadb.server.http;

import io.karmadb.server.command.Authenticator;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The HTTP port: metrics, health and a dashboard.
 *
 * <p>It answers from the moment it is bound; the store is given to it when it is open. Until then there is little to see
 * but that the server is being restored.
 *
 * <p><b>Threads.</b> Has its own, all of them daemons. The methods may be called by any.
 */
public final class HttpServer implements AutoCloseable {
    private static final int BACKLOG = 128;

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("karma-http", true), NioIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final HttpLimits limits;
    private final HttpFigures figures = new HttpFigures();
    private final Jobs jobs;
    private final Channel listening;
    private volatile Stage stage;

    /**
     * Starts to listen and to answer.
     *
     * @param settings how
     * @param restoreProgress says in a few words how far the restore has got; asked for by any thread
     * @return a server to be given a store, or closed
     * @throws IOException if the address cannot be listened on; the message says which and why
     */
    public static HttpServer bind(HttpSettings settings, Supplier<String> restoreProgress) throws IOException {
        return new HttpServer(settings, HttpLimits.DEFAULT, restoreProgress);
    }

    HttpServer(HttpSettings settings, HttpLimits limits, Supplier<String> restoreProgress) throws IOException {
        this.limits = limits;
        stage = Stage.restoring(restoreProgress);
        jobs = new Jobs(limits.connectionsMax());
        listening = listen(settings);
    }

    private Channel listen(HttpSettings settings) throws IOException {
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        String place = settings.host() + ":" + settings.port();
        try {
            if (address.isUnresolved()) {
                throw new IOException("Cannot listen for HTTP: address=" + place + ": unknown host");
            }
            HttpServices services = new HttpServices(
                    Routes.of(() -> stage, figures),
                    new Gatekeeper(address.getAddress().isLoopbackAddress()),
                    new TokenCheck(Authenticator.of(settings.token(), settings.readOnlyToken()), System::nanoTime),
                    jobs,
                    figures);
            ChannelFuture bound = bootstrap(services).bind(address).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new IOException(
                        "Cannot listen for HTTP: address=" + place + ": "
                                + bound.cause().getMessage(),
                        bound.cause());
            }
            return bound.channel();
        } catch (IOException e) {
            stopThreads();
            throw e;
        }
    }

    private ServerBootstrap bootstrap(HttpServices services) {
        return new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, services);
                    }
                });
    }

    private void accept(Channel channel, HttpServices services) {
        boolean tooMany = figures.opened() > limits.connectionsMax();
        channel.closeFuture().addListener(closed -> figures.closed());
        if (tooMany) {
            channel.close();
            return;
        }
        connections.add(channel);
        Deadline deadline = new Deadline(limits);
        HttpDecoderConfig decoder = new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.lineBytesMax())
                .setMaxHeaderSize(limits.headerBytesMax());
        channel.pipeline()
                .addLast(deadline)
                .addLast(new HttpServerCodec(decoder))
                .addLast(new HttpConnection(services, deadline));
    }

    /**
     * Shows a store from now on.
     *
     * @param served the store, which is not closed with the server, and what counts its requests
     */
    public synchronized void serve(Served served) {
        stage = stage.serving(served);
    }

    /** Says from now on that the server is stopping; what can still be seen is shown. */
    public synchronized void stopping() {
        stage = stage.whileStopping();
    }

    /**
     * Returns the address that the server listens on.
     *
     * @return with the actual port
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /**
     * Closes all connections, and waits until nothing of it uses the store any more. Closing twice does nothing.
     */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        stopThreads();
    }

    private void stopThreads() {
        jobs.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
