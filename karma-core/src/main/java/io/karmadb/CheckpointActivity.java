package io.karmadb;

/**
 * The checkpoints of a store since it was opened.
 *
 * @param nanos how long each took, in nanoseconds; also of those that failed
 * @param failures how many of them could not do everything
 * @param lastFailed whether the last one could not; false if there was none
 * @param lastNanos how long the last one took; 0 if there was none
 * @param lastSuccessSeconds when the last one ended that could do everything, as Unix time in seconds by the store's
 *     clock; 0 if there was none
 */
public record CheckpointActivity(
        Distribution nanos, long failures, boolean lastFailed, long lastNanos, long lastSuccessSeconds) {
    /** There was none. */
    public static final CheckpointActivity NONE = new CheckpointActivity(Distribution.EMPTY, 0, false, 0, 0);

    /**
     * Returns this with another checkpoint.
     *
     * @param tookNanos how long it took
     * @param complete whether it could do everything
     * @param endSeconds when it ended
     * @return a new value
     */
    public CheckpointActivity and(long tookNanos, boolean complete, long endSeconds) {
        return new CheckpointActivity(
                nanos.and(tookNanos),
                complete ? failures : failures + 1,
                !complete,
                tookNanos,
                complete ? endSeconds : lastSuccessSeconds);
    }
}
