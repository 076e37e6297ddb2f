/**
 * The store beside its peers in one run: for each row of the table of targets the two sides work in turn, in a JVM of
 * the row's own, and the medians and their ratio are printed. Machines are shared and change their speed; what was
 * measured side by side can be compared, two runs cannot.
 *
 * <p>{@code java -cp karma-bench.jar io.karmadb.bench.paired.Paired} prints the whole table; names of rows after it, as
 * {@code --list} shows them, only those.
 */
package io.karmadb.bench.paired;
