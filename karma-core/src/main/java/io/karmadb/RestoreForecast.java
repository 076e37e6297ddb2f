package io.karmadb;

import java.util.List;

/**
 * What {@link KarmaStore#open} would find in a directory. It was tried, so it says the same.
 *
 * @param refusal why it would refuse, in the words that it would use; null if it would not, and else all that follows is 0
 *     or empty
 * @param snapshots how many snapshot files it would load
 * @param lines how many lines of the log it would replay
 * @param olderLines how many lines the log has that an older server wrote
 * @param tornBytes the size of the torn tail that it would cut off the log; 0 for none
 * @param trees how many trees there would be
 * @param keys how many keys they would have
 * @param lastLsn the LSN of the last command
 * @param warnings what it would say was odd, such as a snapshot that gives way to an older one
 */
public record RestoreForecast(
        String refusal,
        int snapshots,
        long lines,
        long olderLines,
        long tornBytes,
        int trees,
        long keys,
        long lastLsn,
        List<String> warnings) {
    /**
     * Says whether a start would get as far as having the data.
     *
     * @return whether it would not refuse
     */
    public boolean possible() {
        return refusal == null;
    }
}
