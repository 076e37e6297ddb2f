package io.karmadb.server.network;

import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** A server on a store that does what the test says, started by the test and stopped after it. */
abstract class ScriptedServer {
    static final String PING = "{\"command\":\"ping\"}";
    static final String PONG = success("\"pong\"");
    static final String FIND_ALL = "{\"command\":\"find\",\"tree_name\":\"a\",\"time_from\":0,\"time_to\":99999999}";
    static final String SUM = "{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":1}";

    final ScriptedStore store = new ScriptedStore();
    NetworkServer server;

    final int start() throws IOException {
        return start(NetworkSettings.LOOPBACK);
    }

    final int start(NetworkSettings settings) throws IOException {
        server = NetworkServer.bind(settings.withTransport(transport()));
        server.serve(store);
        return server.address().getPort();
    }

    /** Returns the transport that the test is about. */
    TransportKind transport() {
        return TransportKind.AUTO;
    }

    /** Returns what works on this system. */
    static List<TransportKind> transports() {
        List<TransportKind> kinds = new ArrayList<>(List.of(TransportKind.NIO));
        if (Epoll.isAvailable()) {
            kinds.add(TransportKind.EPOLL);
        }
        if (IoUring.isAvailable()) {
            kinds.add(TransportKind.IO_URING);
        }
        return kinds;
    }

    static NetworkSettings settings(
            int requestBytesMax, Duration read, Duration write, String token, int connectionsMax) {
        return new NetworkSettings("127.0.0.1", 0, true, requestBytesMax, read, write, token, connectionsMax);
    }

    static NetworkSettings timeouts(long readMillis, long writeMillis) {
        return settings(4096, Duration.ofMillis(readMillis), Duration.ofMillis(writeMillis), null, 100);
    }

    @AfterEach
    void stop() {
        store.makeDurable(Long.MAX_VALUE);
        store.longCommands.countDown();
        if (server != null) {
            server.close();
            assertThat(server.connections()).isZero();
        }
        assertThat(store.openCursors).hasValue(0);
    }

    static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(200_000);
        }
    }
}
