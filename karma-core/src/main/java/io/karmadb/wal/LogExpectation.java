package io.karmadb.wal;

/**
 * What a manifest says about the log beside it.
 *
 * @param neededAfter only lines above this LSN are needed; {@link Long#MAX_VALUE} if the log is off, so that none is
 * @param reach the LSN that the log must reach
 * @param older what it knows of the log of an older server, or null
 */
public record LogExpectation(long neededAfter, long reach, OlderLog older) {}
