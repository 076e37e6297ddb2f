/** Benchmarks. */
package io.karmadb.bench;
