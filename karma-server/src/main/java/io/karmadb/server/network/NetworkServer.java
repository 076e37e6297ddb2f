package io.karmadb.server.network;

import io.karmadb.KarmaStore;
import io.karmadb.server.command.Authenticator;
import io.karmadb.server.command.ServerFigures;
import io.karmadb.server.command.StoreCommands;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening socket, its event loops and workers.
 *
 * <p>The address is taken first and the store given later: until then connections wait in the system's queue, so that a
 * server that cannot have its address finds out before it touches any file.
 */
public final class NetworkServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkServer.class);
    private static final int BACKLOG = 1024;
    private static final int WRITE_LOW_BYTES = 32 * 1024;
    private static final int WRITE_HIGH_BYTES = 64 * 1024;
    /**
     * How much the system may hold of a connection's answers that it has not sent. It takes megabytes otherwise, and asks
     * for more when a third of that has gone: to a slow client that can take longer than the write timeout, though the
     * client never stops reading.
     */
    private static final long UNSENT_BYTES = 128 * 1024;

    private final NetworkSettings settings;
    private final EventLoopGroup loops;
    private final Map<EventLoop, LoopContext> contexts = new HashMap<>(); // filled before anybody is accepted
    private final Workers workers = new Workers();
    private final Acceptor acceptor;
    private final Channel listening;
    private boolean serving;
    private boolean closed;

    /**
     * Starts to listen; nobody is accepted before {@link #serve}.
     *
     * @param settings how
     * @return a server that holds its address
     * @throws IOException if the address cannot be listened on; the message says which and why
     */
    public static NetworkServer bind(NetworkSettings settings) throws IOException {
        return new NetworkServer(settings, Transport.best());
    }

    NetworkServer(NetworkSettings settings, Transport transport) throws IOException {
        this.settings = settings;
        loops = new MultiThreadIoEventLoopGroup(
                threads(Runtime.getRuntime().availableProcessors()),
                new DefaultThreadFactory("karma-loop", true),
                transport.handlers());
        int connectionsMax = DescriptorLimit.connections(settings.connectionsMax());
        if (connectionsMax < settings.connectionsMax()) {
            LOG.atInfo()
                    .addKeyValue("event", "server.limit")
                    .addKeyValue("connections_max", connectionsMax)
                    .addKeyValue("wanted", settings.connectionsMax())
                    .log("The limit of file descriptors leaves room for fewer connections");
        }
        acceptor = new Acceptor(connectionsMax);
        listening = listen(transport);
    }

    /**
     * Returns the number of event loops: half of the processors, since the kernel's share of a request, the log and the
     * workers need some, too. A loop with more connections finds more of them ready at a time, and writes the log once for
     * all of those; threads that take turns on a processor cost both more than a loop can save.
     */
    private static int threads(int processors) {
        return Math.max(1, processors / 2);
    }

    private Channel listen(Transport transport) throws IOException {
        RecvByteBufAllocator receiveBuffers = new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false) // accept nobody yet
                .handler(acceptor)
                .childOption(ChannelOption.TCP_NODELAY, settings.noDelay())
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(WRITE_LOW_BYTES, WRITE_HIGH_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // One read at a time, so that no connection keeps the loop from the others.
                        channel.config().setRecvByteBufAllocator(receiveBuffers);
                        // Without effect on other transports, which do not know it.
                        channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
                        channel.pipeline().addLast(new Connection(contexts.get(channel.eventLoop())));
                    }
                });
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        String place = settings.host() + ":" + settings.port();
        try {
            if (address.isUnresolved()) {
                throw new IOException("Cannot listen: address=" + place + ": unknown host");
            }
            ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new IOException(
                        "Cannot listen: address=" + place + ": " + bound.cause().getMessage(), bound.cause());
            }
            return bound.channel();
        } catch (IOException e) {
            stopThreads();
            throw e;
        }
    }

    /**
     * Starts to serve, who has connected before first.
     *
     * @param store the store to serve; not closed with the server
     * @throws IllegalStateException if the server serves already or has been closed
     */
    public synchronized void serve(KarmaStore store) {
        if (serving || closed) {
            throw new IllegalStateException("cannot start to serve: serving=" + serving + ", closed=" + closed);
        }
        serving = true;
        ServerFigures figures = new ServerFigures();
        StoreCommands commands = new StoreCommands(store, figures);
        Authenticator authenticator = Authenticator.of(settings.token());
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            contexts.put(
                    loop, new LoopContext(loop, store, settings, commands, figures, workers, authenticator.copy()));
        }
        listening.config().setAutoRead(true);
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
     * Returns the number of open connections.
     *
     * @return 0 or more
     */
    public int connections() {
        return acceptor.connections();
    }

    /**
     * Stops accepting, finishes the commands that run, sends their answers to clients that take them, closes all
     * connections. Waits for that, however long the commands take. Closing twice does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        listening.close().awaitUninterruptibly();
        contexts.values().forEach(context -> context.loop.execute(context::stop));
        acceptor.awaitNoConnections();
        stopThreads();
    }

    private void stopThreads() {
        workers.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
