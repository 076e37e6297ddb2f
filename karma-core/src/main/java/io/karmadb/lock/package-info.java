/**
 * The lock of what is changed often and for a moment, and waiting that no interrupt ends. May depend on the JDK alone.
 *
 * <p>Entry points: {@link io.karmadb.lock.BriefLock}, {@link io.karmadb.lock.PatientWait}.
 */
package io.karmadb.lock;
