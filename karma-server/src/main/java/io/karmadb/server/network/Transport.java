package io.karmadb.server.network;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sockets are reached, with the event loops that do it: io_uring, where many requests share a system call, epoll, or
 * what Java has.
 *
 * @param kind which, never {@link TransportKind#AUTO}
 * @param loops to be shut down
 * @param serverChannel the listening socket's class
 * @param unsentBytes the option for how much the system may hold of what it has not sent; null where there is none
 */
record Transport(
        TransportKind kind,
        EventLoopGroup loops,
        Class<? extends ServerChannel> serverChannel,
        ChannelOption<Long> unsentBytes) {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

    /** From this one on, completions wait for the loop's own thread instead of interrupting it. */
    private static final int KERNEL_MAJOR = 6;

    private static final int KERNEL_MINOR = 1;
    private static final int RECEIVE_BYTES_MIN = 64;
    private static final int RECEIVE_BYTES_INITIAL = 1024;
    private static final int RECEIVE_BYTES_MAX = 16 * 1024;
    private static final Pattern KERNEL = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");

    /**
     * Starts event loops.
     *
     * @param kind which is wanted
     * @param threads how many loops
     * @throws IOException if a certain kind is wanted and does not work here; the message says why
     */
    static Transport open(TransportKind kind, int threads) throws IOException {
        return switch (kind) {
            case AUTO -> best(threads);
            case IO_URING -> ioUring(threads);
            case EPOLL -> epoll(threads);
            case NIO ->
                new Transport(kind, loops(threads, NioIoHandler.newFactory()), NioServerSocketChannel.class, null);
        };
    }

    private static Transport best(int threads) throws IOException {
        if (System.getProperty("os.name").equals("Linux")) {
            if (isKernelGoodFor(System.getProperty("os.version"))) {
                try {
                    return ioUring(threads);
                } catch (IOException e) {
                    LOG.atInfo()
                            .addKeyValue("event", "server.transport")
                            .log(
                                    "With epoll, since io_uring would cost less for each request, but: {}",
                                    e.getMessage());
                }
            }
            try {
                return epoll(threads);
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("event", "server.transport")
                        .log(
                                "Without epoll, so each request costs more: its library is put into java.io.tmpdir, or"
                                        + " where io.netty.native.workdir says, and could not be loaded from there: {}",
                                e.getMessage());
            }
        }
        return open(TransportKind.NIO, threads);
    }

    /** Says whether io_uring is worth choosing on a kernel of a version. */
    static boolean isKernelGoodFor(String version) {
        Matcher matcher = KERNEL.matcher(version);
        if (!matcher.matches()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(1));
        return major > KERNEL_MAJOR || major == KERNEL_MAJOR && Integer.parseInt(matcher.group(2)) >= KERNEL_MINOR;
    }

    private static Transport ioUring(int threads) throws IOException {
        // Else the kernel goes on accepting when the greatest number of connections is reached.
        System.getProperties().putIfAbsent("io.netty.iouring.acceptMultiShotEnabled", "false");
        if (!IoUring.isAvailable()) {
            throw unavailable(TransportKind.IO_URING, IoUring.unavailabilityCause());
        }
        try {
            return new Transport(
                    TransportKind.IO_URING,
                    loops(threads, IoUringIoHandler.newFactory()),
                    IoUringServerSocketChannel.class,
                    IoUringChannelOption.TCP_NOTSENT_LOWAT);
        } catch (IllegalStateException e) { // such as when the process may lock no more memory, on older kernels
            throw unavailable(TransportKind.IO_URING, e.getCause() == null ? e : e.getCause());
        }
    }

    private static Transport epoll(int threads) throws IOException {
        if (!Epoll.isAvailable()) {
            throw unavailable(TransportKind.EPOLL, Epoll.unavailabilityCause());
        }
        return new Transport(
                TransportKind.EPOLL,
                loops(threads, EpollIoHandler.newFactory()),
                EpollServerSocketChannel.class,
                EpollChannelOption.TCP_NOTSENT_LOWAT);
    }

    private static EventLoopGroup loops(int threads, IoHandlerFactory handlers) {
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("karma-loop", true), handlers);
    }

    private static IOException unavailable(TransportKind kind, Throwable cause) {
        return new IOException(kind + " does not work here: " + cause, cause);
    }

    /**
     * Returns what sizes the buffers that are received into. With io_uring a connection has one also while it is silent, as
     * large as what it sent last, so that one is small.
     */
    RecvByteBufAllocator receiveBuffers() {
        AdaptiveRecvByteBufAllocator buffers = kind == TransportKind.IO_URING
                ? new AdaptiveRecvByteBufAllocator(RECEIVE_BYTES_MIN, RECEIVE_BYTES_INITIAL, RECEIVE_BYTES_MAX)
                : new AdaptiveRecvByteBufAllocator();
        return buffers.maxMessagesPerRead(1); // so that no connection keeps the loop from the others
    }
}
