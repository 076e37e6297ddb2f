/**
 * {@code karma cli}: asks a running server one question, those that a pipe holds, or those that somebody types.
 *
 * <p>{@code CliCommand} has the options; {@code CommandParser} makes a {@code Question} of words; {@code Dialogue} asks it
 * and prints the answer as {@code OutputFormat} says; {@code Shell} is the conversation on a terminal.
 *
 * <p>What a server says, the names of trees above all, may come from anybody: whatever goes to a terminal as text goes
 * through {@link io.karmadb.server.terminal.Printable}.
 *
 * <p>Of the server's other packages it knows {@code terminal} alone. May depend on the client, picocli, JLine and Jackson Core.
 */
package io.karmadb.server.cli;
