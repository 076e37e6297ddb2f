/**
 * The TCP server: {@link io.karmadb.server.KarmaServer} to embed it, {@link io.karmadb.server.Main} to run it as a
 * process.
 *
 * <p>Uses the store through the public API alone. Arrows run from here to {@code options}, {@code logging},
 * {@code check} and {@code network}, from {@code network} to {@code command}, from there to {@code protocol}; never back. What
 * writes to people uses {@code terminal}.
 */
package io.karmadb.server;
