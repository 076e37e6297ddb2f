/**
 * Karma as a guest in somebody's process: programs that use nothing but the public API, each run in a JVM that has
 * nothing on its class path but Karma and what it declares.
 */
package io.karmadb.embedding;
