/**
 * What requests do: the commands on the store, the token, the figures.
 *
 * <p>May depend on the public API and on {@code protocol}. Knows nothing of connections and threads: whoever calls decides
 * where a command may wait.
 */
package io.karmadb.server.command;
