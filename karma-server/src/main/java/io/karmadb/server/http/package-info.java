/**
 * The HTTP port, for those who watch the server: metrics for Prometheus, health, and a dashboard. It reads only.
 *
 * <p>Has an event loop and threads of its own, so that neither a scrape nor a browser holds up a request of the protocol:
 *
 * <pre>
 * bytes -> Deadline -> HttpServerCodec -> HttpConnection -> Gatekeeper -> Routes -> Jobs -> endpoint -> Reply
 * </pre>
 *
 * <p>It is there before the store is, so that the restore can be watched, too; {@code Stage} says how far the server has
 * got. What is served as a file is in the jar, under names that are known beforehand: no request reaches the file system.
 *
 * <p>May depend on Netty, the Prometheus client, jackson-core, the public API, {@code protocol}, and the figures and the
 * token of {@code command}.
 */
package io.karmadb.server.http;
