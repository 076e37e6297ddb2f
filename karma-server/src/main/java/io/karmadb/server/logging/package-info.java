/**
 * Log lines: one JSON object each, to standard output, warnings and errors to standard error.
 *
 * <pre>{"timestamp":"2026-11-23T10:15:30.123Z","level":"info","event":"server.start","message":"...", ...}</pre>
 *
 * <p>The event and further members come from the key-value pairs of the SLF4J call. Threads that log never wait for
 * whoever reads the lines: these pass through a bounded queue, and are dropped and counted when it is full.
 *
 * <p>May depend on SLF4J, Logback and Jackson Core; set up in code, so that no configuration file is looked for twice.
 */
package io.karmadb.server.logging;
