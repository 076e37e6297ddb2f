package io.karmadb.server;

import io.karmadb.KarmaStore;
import io.karmadb.server.command.ServerFigures;
import io.karmadb.server.network.NetworkServer;
import io.karmadb.server.network.NetworkSettings;
import io.karmadb.server.network.TransportKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A server for a store, within any JVM application:
 *
 * <pre>{@code
 * try (KarmaStore store = KarmaStore.open(options);
 *         KarmaServer server = KarmaServer.start(store, NetworkSettings.LOOPBACK)) {
 *     System.out.println(server.port());
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Has its own, all of them daemons. The store may be used by others at the same time.
 */
public final class KarmaServer implements AutoCloseable {
    private final NetworkServer network;

    private KarmaServer(NetworkServer network) {
        this.network = network;
    }

    /**
     * Starts to serve: {@link #bind} and {@link #serve} in one.
     *
     * @param store an open store; the server does not close it
     * @param settings how to listen
     * @return a running server
     * @throws IOException if the address cannot be listened on; the message says which and why
     */
    public static KarmaServer start(KarmaStore store, NetworkSettings settings) throws IOException {
        KarmaServer server = bind(settings);
        server.serve(store);
        return server;
    }

    /**
     * Takes the address, for a store that is yet to be opened. Clients can connect from now on, but are neither accepted
     * nor answered before {@link #serve} or {@link #announceLoading}.
     *
     * @param settings how to listen
     * @return a server to be given its store, or closed
     * @throws IOException if the address cannot be listened on; the message says which and why
     */
    public static KarmaServer bind(NetworkSettings settings) throws IOException {
        return new KarmaServer(NetworkServer.bind(settings));
    }

    /**
     * Tells clients that the store is being loaded, until {@link #serve}: {@code health} has the status {@code loading},
     * other commands are refused with an {@code internal_error}, and nothing is done.
     *
     * @param after how long clients are left waiting before, since most stores are loaded in a moment
     * @param said in a few words, how far the loading has got; asked for by any thread
     */
    public void announceLoading(Duration after, Supplier<String> said) {
        network.announceLoading(after, said);
    }

    /**
     * Starts to serve; whoever has connected already is answered now.
     *
     * @param store an open store; the server does not close it
     * @throws IllegalStateException if the server serves already or has been closed
     */
    public void serve(KarmaStore store) {
        network.serve(store);
    }

    /**
     * Reads the certificates and keys of TLS again, for clients that connect from now on; open connections keep what they
     * have. If the files cannot be used the server goes on with what it had. Does nothing if it speaks no TLS.
     *
     * @throws IOException if the files cannot be used; the message says which and why
     */
    public void reloadTls() throws IOException {
        network.reloadTls();
    }

    /**
     * Returns the address that the server listens on.
     *
     * @return with the actual port
     */
    public InetSocketAddress address() {
        return network.address();
    }

    /**
     * Returns the port that the server listens on.
     *
     * @return 1 to 65535
     */
    public int port() {
        return address().getPort();
    }

    /**
     * Returns the number of open connections.
     *
     * @return 0 or more
     */
    public int connections() {
        return network.connections();
    }

    /**
     * Returns what the server reaches its sockets with.
     *
     * @return never {@link TransportKind#AUTO}
     */
    public TransportKind transport() {
        return network.transport();
    }

    /** Returns what the server counts. */
    ServerFigures figures() {
        return network.figures();
    }

    /**
     * Stops: accepts nobody any more, finishes the commands that run, sends their answers, closes the connections. Waits
     * for that. Closing twice does nothing.
     */
    @Override
    public void close() {
        network.close();
    }
}
