package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServiceManagerTest {
    @TempDir
    private Path directory;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Test
    void systemdIsToldWhatTheServerDoesByPathAndByAbstractName() throws Exception {
        assumeTrue(Epoll.isAvailable());
        String path = directory.resolve("notify").toString();
        String name = "karma-test-" + ProcessHandle.current().pid();
        for (String socket : new String[] {path, "@" + name}) {
            EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
            try {
                listen(loop, socket.equals(path) ? path : "\0" + name);
                ServiceManager manager = ServiceManager.of(socket);
                manager.loading();
                manager.ready();
                manager.stopping();
                assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("STATUS=Restoring");
                assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("READY=1\nSTATUS=Serving");
                assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("STOPPING=1\nSTATUS=Saving");
            } finally {
                loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
            }
        }
    }

    private void listen(EventLoopGroup loop, String address) {
        Channel channel = new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                        told.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(address))
                .syncUninterruptibly()
                .channel();
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void nobodyIsToldWhereNobodyWantsToKnowOrNobodyIsThere() {
        ServiceManager.of(null).ready();
        ServiceManager.of("").ready();
        ServiceManager.of(directory.resolve("nobody").toString()).ready();
        assertThat(told).isEmpty();
    }
}
