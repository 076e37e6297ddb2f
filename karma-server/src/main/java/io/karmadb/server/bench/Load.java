package io.karmadb.server.bench;

import java.net.InetSocketAddress;

/**
 * What to load a server with.
 *
 * @param address the server's
 * @param throughClient whether karma-client makes the requests
 * @param protocol what it speaks
 * @param token what requests carry, or null
 * @param tree what requests name
 * @param connections how many send requests
 * @param idle how many more are open and silent
 * @param window how many requests of a connection may be without an answer at a time
 * @param threads how many share the connections
 * @param requests how many to send in all, 0 for no limit
 * @param nanos for how long to send, 0 for no limit
 * @param warmupNanos for how long to send before that, unrecorded
 * @param rate requests a second in all, 0 for as many as the answers allow
 * @param timeoutNanos how long to go on without any answer
 * @param distribution which keys
 * @param keys how many keys there are
 * @param mix which operations
 * @param seed what the random numbers begin with
 */
record Load(
        InetSocketAddress address,
        boolean throughClient,
        WireProtocol protocol,
        String token,
        String tree,
        int connections,
        int idle,
        int window,
        int threads,
        long requests,
        long nanos,
        long warmupNanos,
        double rate,
        long timeoutNanos,
        String distribution,
        long keys,
        Mix mix,
        long seed) {

    boolean isOpenLoop() {
        return rate > 0;
    }

    RequestTemplate[] templates() {
        RequestTemplate[] templates = new RequestTemplate[Operation.values().length];
        for (Operation operation : mix.operations()) {
            templates[operation.ordinal()] = protocol.template(operation, tree, token);
        }
        return templates;
    }
}
