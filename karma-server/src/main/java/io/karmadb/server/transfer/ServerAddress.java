package io.karmadb.server.transfer;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLSocketFactory;

/**
 * A server, and how to speak to it.
 *
 * @param address where it listens
 * @param token what requests carry, null for none; never part of a message
 * @param timeoutMillis how long to wait for an answer, 0 for ever
 * @param tls what encrypts, null for nothing
 */
record ServerAddress(InetSocketAddress address, String token, int timeoutMillis, SSLSocketFactory tls) {
    String name() {
        return address.getHostString() + ":" + address.getPort();
    }

    @Override
    public String toString() {
        return name();
    }
}
