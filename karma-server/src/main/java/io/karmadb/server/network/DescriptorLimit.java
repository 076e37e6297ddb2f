package io.karmadb.server.network;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many connections the process's limit of file descriptors leaves room for, beside the files of the store. */
final class DescriptorLimit {
    /** Kept for log segments, snapshots, directories being forced, and event loops. */
    private static final int RESERVED = 24;

    private DescriptorLimit() {}

    /** Returns the smaller of {@code wanted} and what there is room for, at least 1. */
    static int connections(int wanted) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - RESERVED;
            return (int) Math.max(1, Math.min(wanted, free));
        }
        return wanted;
    }
}
