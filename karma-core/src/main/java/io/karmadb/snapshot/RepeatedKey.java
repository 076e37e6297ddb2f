package io.karmadb.snapshot;

/**
 * A key that a snapshot file has twice.
 *
 * @param key the unsigned key
 * @param offset where in the file it comes the second time
 */
record RepeatedKey(long key, long offset) {}
