/**
 * A store in the registry of an application that uses Micrometer: {@link io.karmadb.micrometer.KarmaMetrics}.
 *
 * <p>May depend on the public API of the store and on Micrometer's core.
 */
package io.karmadb.micrometer;
