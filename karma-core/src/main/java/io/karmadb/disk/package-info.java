/**
 * The one narrow way in which the store touches the file system, so that tests can put a simulated disk in its place.
 *
 * <p>May depend on the JDK and nothing else. Entry point: {@link io.karmadb.disk.Disk}; {@link io.karmadb.disk.RealDisk}
 * is the real one, {@link io.karmadb.disk.ReadOnlyDisk} one that cannot be changed.
 */
package io.karmadb.disk;
