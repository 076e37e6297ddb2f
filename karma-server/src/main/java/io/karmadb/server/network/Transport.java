package io.karmadb.server.network;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sockets are reached: epoll where its native library can be loaded, NIO elsewhere. io_uring is left out: container
 * runtimes commonly forbid it, and it gains a request-answer server with group commit little.
 *
 * @param name for the log
 * @param handlers makes what an event loop waits with
 * @param serverChannel the listening socket's class
 */
record Transport(String name, IoHandlerFactory handlers, Class<? extends ServerChannel> serverChannel) {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

    static Transport nio() {
        return new Transport("nio", NioIoHandler.newFactory(), NioServerSocketChannel.class);
    }

    /** Returns the fastest that works here, and says so where one that should work does not. */
    static Transport best() {
        if (Epoll.isAvailable()) {
            return new Transport("epoll", EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
        }
        if (System.getProperty("os.name").equals("Linux")) {
            LOG.atWarn()
                    .addKeyValue("event", "server.transport")
                    .log(
                            "Without epoll, so each request costs more: its library is put into java.io.tmpdir, or where"
                                    + " io.netty.native.workdir says, and could not be loaded from there: {}",
                            Epoll.unavailabilityCause().toString());
        }
        return nio();
    }
}
