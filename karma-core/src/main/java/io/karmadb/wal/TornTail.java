package io.karmadb.wal;

/**
 * An unfinished write at the end of a log, expected after a crash; {@link LogRepair#cut} cuts it off.
 *
 * @param file the bare name of the file
 * @param offset where it starts, in bytes from the start of the file
 * @param length its length in bytes, without the zeros that the file may end in
 * @param lsn the LSN that its first line would have
 */
public record TornTail(String file, long offset, long length, long lsn) {}
