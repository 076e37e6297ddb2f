/**
 * The command line and the environment, read and checked before any file is touched.
 *
 * <p>May depend on picocli and on the values that the options become.
 */
package io.karmadb.server.options;
