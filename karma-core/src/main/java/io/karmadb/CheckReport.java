package io.karmadb;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What {@link DirectoryCheck} found.
 *
 * @param directory the directory's absolute path
 * @param files everything in it by name, and what is missing from it
 * @param restore what a start would find
 * @param problems all that is wrong: that of the files in their order, then what is about no file
 * @param repaired the bare name of the file that keeps the torn tail which was cut off; null if none was
 * @param took how long it took
 */
public record CheckReport(
        Path directory,
        List<CheckedFile> files,
        RestoreForecast restore,
        List<CheckProblem> problems,
        String repaired,
        Duration took) {
    /**
     * Says whether all is well. A torn tail is not, until a start or a repair has cut it off; neither is a damaged file
     * that a restore could do without.
     *
     * @return whether there are no problems
     */
    public boolean ok() {
        return problems.isEmpty();
    }
}
