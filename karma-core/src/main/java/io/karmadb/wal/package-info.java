/**
 * The write-ahead log: line format, group commit, rotation, and reading back after a crash.
 *
 * <p>A log is a directory's {@code karma.wal}, to which lines are appended, and {@code karma.wal.<first LSN>.segment}
 * files, which are never written to. A line is a JSON object that ends in a line feed:
 *
 * <pre>{@code {"lsn":7,BODY,"synced":5,"crc":"9a3f01bc"}}</pre>
 *
 * <p>LSNs start at 1 and are consecutive, also from file to file. {@code BODY} is the command, opaque here. {@code synced}
 * is the LSN up to which the log was known to be forced to the device; only the next line after it has moved carries it.
 * {@code crc} is the CRC-32C of the bytes before {@code ,"crc"}, eight lower-case hexadecimal digits. Older servers wrote
 * lines that are any JSON object without {@code lsn} and {@code crc}; those are only ever read.
 *
 * <p>Zeros may follow the last line of {@code karma.wal}, to be written over: from the end of a line to the end of the file
 * they are the end of the log.
 *
 * <p>Beside them: {@code karma.wal.tmp}, the next {@code karma.wal} during a rotation; {@code karma.wal.<LSN>.torn}, what
 * was cut off after a crash; {@code karma.ballast}, space held back for the lines that are already accepted when the disk
 * becomes full.
 *
 * <p>May depend on the JDK, {@link io.karmadb.disk}, {@link io.karmadb.lock}, {@link io.karmadb.logging}, the value types and exceptions of {@link io.karmadb}, SLF4J, and the
 * JSON parser, which tells whether a line of an older server is whole. Knows nothing of trees.
 *
 * <p>Entry points: {@link io.karmadb.wal.WriteAheadLog} to write, {@link io.karmadb.wal.LogReader} to read back,
 * {@link io.karmadb.wal.LogFiles} and {@link io.karmadb.wal.LogRepair} in between.
 */
package io.karmadb.wal;
