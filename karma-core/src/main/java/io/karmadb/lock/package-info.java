/**
 * The lock of what is changed often and for a moment. May depend on the JDK alone.
 *
 * <p>Entry point: {@link io.karmadb.lock.BriefLock}.
 */
package io.karmadb.lock;
