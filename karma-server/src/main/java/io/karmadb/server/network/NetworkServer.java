package io.karmadb.server.network;

import io.karmadb.KarmaStore;
import io.karmadb.server.command.Authenticator;
import io.karmadb.server.command.Loading;
import io.karmadb.server.command.ServerFigures;
import io.karmadb.server.command.StoreCommands;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening socket, its event loops and workers.
 *
 * <p>The address is taken first and the store given later, so that a server that cannot have its address finds out before
 * it touches any file. Until then connections wait in the system's queue, or are told after a while that the store is
 * being loaded.
 */
public final class NetworkServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkServer.class);
    private static final int BACKLOG = 1024;
    private static final long LOOPS_END_SECONDS = 10;
    private static final int WRITE_LOW_BYTES = 32 * 1024;
    private static final int WRITE_HIGH_BYTES = 64 * 1024;

    /**
     * How much the system may hold of a connection's answers that it has not sent. It takes megabytes otherwise, and asks
     * for more when a third of that has gone: to a slow client that can take longer than the write timeout, though the
     * client never stops reading.
     */
    private static final long UNSENT_BYTES = 128 * 1024;

    private final NetworkSettings settings;
    private final Transport transport;
    private final Map<EventLoop, LoopContext> contexts = new HashMap<>(); // filled before anybody is accepted
    private final Workers workers = new Workers();
    private final Acceptor acceptor;
    private volatile SslContext tls; // null for as long as the server lives, or never
    private final ServerFigures figures = new ServerFigures();
    private final Channel listening;
    private volatile Supplier<String> progress = () -> "not begun";
    private boolean serving;
    private boolean closed;

    /**
     * Starts to listen; nobody is accepted before {@link #serve}.
     *
     * @param settings how
     * @return a server that holds its address
     * @throws IOException if the address cannot be listened on, or the transport does not work here; the message says which
     *     and why
     */
    public static NetworkServer bind(NetworkSettings settings) throws IOException {
        return new NetworkServer(settings);
    }

    private NetworkServer(NetworkSettings settings) throws IOException {
        this.settings = settings;
        tls = Tls.context(settings.tls());
        int threads = threads(Runtime.getRuntime().availableProcessors());
        transport = Transport.open(settings.transport(), threads);
        int connectionsMax = DescriptorLimit.connections(settings.connectionsMax());
        if (connectionsMax < settings.connectionsMax()) {
            LOG.atInfo()
                    .addKeyValue("event", "server.limit")
                    .addKeyValue("connections_max", connectionsMax)
                    .addKeyValue("wanted", settings.connectionsMax())
                    .log("The limit of file descriptors leaves room for fewer connections");
        }
        acceptor = new Acceptor(connectionsMax);
        Loading loading = new Loading(() -> progress.get(), figures);
        Authenticator authenticator = Authenticator.of(settings.token(), settings.readOnlyToken());
        for (EventExecutor executor : transport.loops()) {
            EventLoop loop = (EventLoop) executor;
            contexts.put(
                    loop,
                    new LoopContext(loop, threads == 1, settings, figures, workers, loading, authenticator.copy()));
        }
        listening = listen();
    }

    /**
     * Checks what can be checked of settings without listening: whether their certificates and keys can be used.
     *
     * @param settings how to listen
     * @throws IOException if they cannot; the message says which and why
     */
    public static void check(NetworkSettings settings) throws IOException {
        Tls.context(settings.tls());
    }

    /**
     * Reads certificates and keys again, for who connects from now on; connections that are open keep what they have. If
     * they cannot be used, nothing changes. Does nothing if the server speaks no TLS.
     *
     * @throws IOException if they cannot be used; the message says which and why
     */
    public synchronized void reloadTls() throws IOException {
        tls = Tls.context(settings.tls());
    }

    /**
     * Returns the number of event loops: half of the processors, since the kernel's share of a request, the log and the
     * workers need some, too. A loop with more connections finds more of them ready at a time, and writes the log once for
     * all of those; threads that take turns on a processor cost both more than a loop can save.
     */
    private static int threads(int processors) {
        return Math.max(1, processors / 2);
    }

    private Channel listen() throws IOException {
        RecvByteBufAllocator receiveBuffers = transport.receiveBuffers();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(transport.loops())
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
                        channel.config().setRecvByteBufAllocator(receiveBuffers);
                        if (transport.unsentBytes() != null) {
                            channel.config().setOption(transport.unsentBytes(), UNSENT_BYTES);
                        }
                        SslContext current = tls;
                        if (current != null) {
                            SslHandler handler = current.newHandler(channel.alloc());
                            handler.setHandshakeTimeoutMillis(Connection.WHOLE_REQUEST_TIMEOUTS
                                    * settings.readTimeout().toMillis());
                            channel.pipeline().addLast(handler);
                        }
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
     * Starts to serve, who has connected before first. On return every request is carried out.
     *
     * @param store the store to serve; not closed with the server
     * @throws IllegalStateException if the server serves already or has been closed
     */
    public synchronized void serve(KarmaStore store) {
        if (serving || closed) {
            throw new IllegalStateException("cannot start to serve: serving=" + serving + ", closed=" + closed);
        }
        serving = true;
        StoreCommands commands = new StoreCommands(store, figures);
        List<Future<?>> told = new ArrayList<>();
        contexts.values().forEach(context -> told.add(context.loop.submit(() -> context.serve(store, commands))));
        told.forEach(Future::syncUninterruptibly); // whoever hears that the server serves, and asks, is served
        listening.config().setAutoRead(true);
    }

    private void accept() {
        if (listening.isOpen()) {
            listening.config().setAutoRead(true);
        }
    }

    /**
     * Tells whoever connects, and those who have, that the store is being loaded, until {@link #serve}; but not at once,
     * since nobody needs to know of a moment.
     *
     * @param after how long they wait
     * @param said in a few words, how far the loading has got; asked for by any thread
     */
    public void announceLoading(Duration after, Supplier<String> said) {
        progress = said;
        listening.eventLoop().schedule(this::accept, after.toNanos(), TimeUnit.NANOSECONDS);
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
     * Returns what the event loops wait with.
     *
     * @return never {@link TransportKind#AUTO}
     */
    public TransportKind transport() {
        return transport.kind();
    }

    /**
     * Returns what the server counts.
     *
     * @return the figures
     */
    public ServerFigures figures() {
        return figures;
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
        if (!listening.close().awaitUninterruptibly(LOOPS_END_SECONDS, TimeUnit.SECONDS)) {
            LOG.atWarn()
                    .addKeyValue("event", "server.error")
                    .log("The listening socket has not closed within {} s; going on without", LOOPS_END_SECONDS);
        }
        contexts.values().forEach(context -> context.loop.execute(context::stop));
        acceptor.awaitNoConnections();
        stopThreads();
    }

    private void stopThreads() {
        workers.close();
        // Nobody is connected any more, so that nothing is lost if they do not end, as when their jar was written over.
        boolean ended = transport
                .loops()
                .shutdownGracefully(0, 1, TimeUnit.SECONDS)
                .awaitUninterruptibly(LOOPS_END_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            LOG.atWarn()
                    .addKeyValue("event", "server.error")
                    .log("The network's threads have not ended within {} s; going on without", LOOPS_END_SECONDS);
        }
    }
}
