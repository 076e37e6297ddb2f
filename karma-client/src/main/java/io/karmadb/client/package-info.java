/**
 * A client for Karma servers.
 *
 * <pre>{@code
 * try (KarmaClient client = KarmaClient.builder().host("127.0.0.1").port(8080).build()) {
 *     client.increment("links", 42);
 *     long total = client.sum("links", 42);               // unsigned, like every key and count
 *     long may = client.sum("links", 42, new Days(20260501, 20260531));
 *     client.async().increment("links", 42).whenComplete((done, failure) -> {
 *         if (failure != null) {
 *             System.err.println(failure.getMessage());
 *         }
 *     });
 *     client.findAll("links", Days.ALL, (key, days) -> true);   // streams, whatever the size of the tree
 * }
 * }</pre>
 *
 * <p>The API: {@link io.karmadb.client.KarmaClient} with blocking methods for all 18 commands of the protocol, its view
 * {@link io.karmadb.client.AsyncKarmaClient} with the same ones as {@code CompletionStage}s, and
 * {@link io.karmadb.client.KarmaClientBuilder} with all that can be set, also for TLS.
 * {@link io.karmadb.client.Days} is a range of days, {@link io.karmadb.client.DayCounts} what a key has on each. For who
 * handles the protocol's lines there are {@link io.karmadb.client.Request} and {@code exchange} and {@code stream} of the
 * client.
 *
 * <p>Every failure is a {@link io.karmadb.client.KarmaClientException}, typed by what it means for the request:
 *
 * <ul>
 *   <li>{@link io.karmadb.client.KarmaServerException}: the server refused, with a stable code;
 *   <li>{@link io.karmadb.client.KarmaNotSentException}: no byte was sent, so nothing was applied;
 *   <li>{@link io.karmadb.client.KarmaOutcomeUnknownException}: sent, but there is no answer, so a write may have been
 *       applied or not. A write is never sent twice; reads are, on a new connection, before this is reported.
 * </ul>
 *
 * <p>May depend on Netty, Jackson Core and SLF4J, and on nothing else of Karma: the protocol is all that it shares with
 * the server. Inside, a {@code Lane} is a queue of calls and the one connection they go through, a {@code Link} is that
 * connection, a {@code Connector} makes one.
 */
package io.karmadb.client;
