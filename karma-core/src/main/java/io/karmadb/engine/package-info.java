/**
 * Ties counters, log and snapshots together: opening, recovery, the map of trees, checkpoint, verification.
 *
 * <p>May depend on every other package of this module; none of them depends on it, but for the one line in
 * {@link io.karmadb.KarmaStore#open}.
 */
package io.karmadb.engine;
