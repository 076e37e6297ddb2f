/**
 * Counters in memory: trees of branches, each with a live table, and the history of other days.
 *
 * <p>May depend on the JDK, Chronicle Map, {@link io.karmadb.lock}, {@link io.karmadb.logging} and the value types of {@link io.karmadb}. Knows nothing of files and of the
 * log's format: a command is recorded through a {@link io.karmadb.counter.Journal}, which the engine implements.
 *
 * <p>Entry point: {@link io.karmadb.counter.CounterTree}.
 */
package io.karmadb.counter;
