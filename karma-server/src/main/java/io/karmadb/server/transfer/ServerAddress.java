package io.karmadb.server.transfer;

import java.net.InetSocketAddress;

/**
 * A server, and how to speak to it.
 *
 * @param address where it listens
 * @param token what requests carry, null for none; never part of a message
 * @param timeoutMillis how long to wait for an answer, 0 for ever
 */
record ServerAddress(InetSocketAddress address, String token, int timeoutMillis) {
    String name() {
        return address.getHostString() + ":" + address.getPort();
    }

    @Override
    public String toString() {
        return name();
    }
}
