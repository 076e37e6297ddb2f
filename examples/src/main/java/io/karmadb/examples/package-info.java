/**
 * Small programs on Karma, each run by the build with its output checked.
 *
 * <p>They use the public API of {@link io.karmadb}, that of {@link io.karmadb.client}, or nothing but a socket. Each can be copied out and changed; none
 * depends on another.
 */
package io.karmadb.examples;
