/**
 * {@code karma bench}: a load generator for servers that speak this protocol, or for Redis with the like commands, so
 * that both can be put under the same load.
 *
 * <p>A {@code LoadWorker} is one thread with a selector and its share of the connections. It keeps each connection's
 * window of requests full (closed loop), or sends each request when it is due (open loop), and records the time to the
 * answer. In the open loop that time counts from when the request was due, so that a server which stalls cannot hide the
 * requests that it kept from being sent: the correction for coordinated omission.
 *
 * <p>A {@code ClientWorker} sends the same load through {@code karma-client}, to see what an application gets.
 *
 * <p>Knows nothing of the server's other packages. May depend on karma-client, picocli, HdrHistogram and Jackson Core.
 */
package io.karmadb.server.bench;
