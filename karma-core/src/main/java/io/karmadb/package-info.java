/**
 * Karma's public API: open a {@link io.karmadb.KarmaStore}, count in its {@link io.karmadb.Tree}s;
 * check a directory that is not open with a {@link io.karmadb.DirectoryCheck}.
 *
 * <p>This is the only package that applications use; the others are internal and may change with any release. It may
 * depend on the JDK; {@link io.karmadb.KarmaStore#open} and {@link io.karmadb.DirectoryCheck} alone reach into the engine.
 *
 * <p>All keys, counts, amounts and totals are unsigned 64-bit numbers held in a {@code long}: print them with
 * {@link java.lang.Long#toUnsignedString(long)}, compare them with {@link java.lang.Long#compareUnsigned(long, long)}.
 * Days are {@code int}s of the form {@code YYYYMMDD}, see {@link io.karmadb.Day}.
 */
package io.karmadb;
