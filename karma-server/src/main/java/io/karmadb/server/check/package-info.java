/**
 * The command {@code karma check}: has the store check a directory, and tells people or programs what was found.
 *
 * <p>May depend on {@code terminal}, the public API of the store, the JSON writer and picocli.
 */
package io.karmadb.server.check;
