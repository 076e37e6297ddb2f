/**
 * A disk that loses at a crash what was not forced, and fails when told to; stores that run on it; and a model that says
 * what a restart must give.
 *
 * <p>{@link io.karmadb.simulation.SimulatedDisk} keeps what was forced apart from what was only written.
 * {@link io.karmadb.simulation.Player} runs commands that a seed gives, in sessions of any durability, and keeps in a
 * {@link io.karmadb.simulation.History} which states a restart may give at each moment.
 * {@link io.karmadb.simulation.Explorer} takes an image of the disk before every file operation, lets each of them crash,
 * and plays on from there, several levels deep.
 *
 * <p>May depend on everything; nothing depends on it.
 */
package io.karmadb.simulation;
