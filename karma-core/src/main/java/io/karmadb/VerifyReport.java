package io.karmadb;

import java.time.Duration;
import java.util.List;

/**
 * What a verification found.
 *
 * @param trees the number of trees that a restore would give
 * @param keys the number of keys that a restore would give
 * @param compared whether memory was compared with it; not so without a directory, without a log, or after an open that
 *     restored nothing, until its first write
 * @param problems what is wrong, a sentence each; empty if all is well. No more than the first hundred
 * @param took how long it took
 */
public record VerifyReport(int trees, long keys, boolean compared, List<String> problems, Duration took) {
    /**
     * Says whether all is well.
     *
     * @return whether there are no problems
     */
    public boolean ok() {
        return problems.isEmpty();
    }
}
