/**
 * Ties counters, log and snapshots together: opening, recovery, the map of trees, checkpoint, verification,
 * and checking a directory that is not open.
 *
 * <p>May depend on every other package of this module; none of them depends on it, but for the lines in
 * {@link io.karmadb.KarmaStore#open} and {@link io.karmadb.DirectoryCheck} that call it.
 */
package io.karmadb.engine;
