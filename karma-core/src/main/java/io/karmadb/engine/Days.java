package io.karmadb.engine;

/** Range ends as the protocol has them: any unsigned 64-bit number. */
final class Days {
    private Days() {}

    /** Returns an end as a day range can have it; what lies above every day that a bucket can have stays above it. */
    static int clamp(long end) {
        return Long.compareUnsigned(end, Integer.MAX_VALUE) > 0 ? Integer.MAX_VALUE : (int) end;
    }
}
