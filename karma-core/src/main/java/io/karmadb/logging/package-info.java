/**
 * Where the loggers come from, so that a library does not print. May depend on the JDK and SLF4J.
 */
package io.karmadb.logging;
