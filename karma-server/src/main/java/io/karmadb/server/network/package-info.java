/**
 * Connections: framing, order of answers, group acknowledgement, backpressure, timeouts.
 *
 * <p>A connection belongs to one event loop, and all of its state to that thread. The loop runs the commands on single
 * keys itself, without ever waiting; the others go to {@link io.karmadb.server.network.Workers}, one at a time for each
 * connection. Answers gather in a {@code Batch}, which is sent when the log is durable up to what it rests on:
 *
 * <pre>
 * bytes -> LineBuffer -> RequestParser -> Connection -> PointCommands -> Batch -> AcknowledgementGate -> socket
 *                                              `-> Workers -> StoreCommands, FindStream -^
 * </pre>
 *
 * <p>May depend on Netty, the public API, {@code protocol} and {@code command}.
 */
package io.karmadb.server.network;
