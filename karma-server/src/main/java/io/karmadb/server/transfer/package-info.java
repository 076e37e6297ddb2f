/**
 * The commands {@code karma export} and {@code karma import}: all buckets as lines of text, out of a server or a
 * directory and into one.
 *
 * <p>The files: UTF-8, one line for each bucket. CSV as in RFC 4180, with the header {@code tree,key,day,count}; or JSON
 * lines, each an object with these four fields. {@link io.karmadb.server.transfer.RecordReader} splits them,
 * {@link io.karmadb.server.transfer.RowParser} reads a line, {@link io.karmadb.server.transfer.RowWriter} writes one.
 *
 * <p>May depend on {@code terminal}, on the public API of the store, on the JSON library, on picocli, and on Netty for
 * reading certificates. Speaks to a server like any client.
 */
package io.karmadb.server.transfer;
