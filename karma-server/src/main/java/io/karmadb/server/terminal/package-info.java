/**
 * What people look at: whether a stream is a terminal, what may be written to one, and a line that shows how far
 * something has got.
 *
 * <p>Names of trees, of files, and whatever a server or a file says may come from anybody: what goes to people as text
 * goes through {@link io.karmadb.server.terminal.Printable}.
 *
 * <p>May depend on the JDK alone.
 */
package io.karmadb.server.terminal;
