package io.karmadb.engine;

import io.karmadb.CheckProblem;
import io.karmadb.CorruptionException;
import io.karmadb.KarmaException;
import io.karmadb.wal.CheckedLogFile;
import io.karmadb.wal.TornTail;

/** What to say about a file of the log. */
final class LogAdvice {
    private LogAdvice() {}

    /** Returns what is otherwise to be known of a file. */
    static String note(CheckedLogFile file) {
        String older = file.older() ? "of an older server" : "";
        String needless =
                file.needed() ? "" : "needed by no restore any more; a start or the next checkpoint deletes it";
        return older + (older.isEmpty() || needless.isEmpty() ? "" : ", ") + needless;
    }

    /**
     * Returns what is wrong with a file.
     *
     * @param ours whether a manifest tells about the log
     * @return the problem, or null
     */
    static CheckProblem problem(CheckedLogFile file, boolean ours) {
        KarmaException wrong = file.problem();
        if (wrong != null) {
            CorruptionException detail = wrong instanceof CorruptionException corrupt
                    ? corrupt
                    : (CorruptionException) wrong.getCause(); // which whatever the log refuses has
            return new CheckProblem(
                    file.name(), detail.offset(), detail.expected(), detail.found(), advice(file, wrong));
        }
        TornTail torn = file.torn();
        if (torn == null || !file.needed()) {
            return null;
        }
        return new CheckProblem(
                file.name(),
                torn.offset(),
                "LSN " + torn.lsn() + " in a whole line, or the end of the file",
                torn.length() + " bytes of an unfinished write",
                "A torn tail, as a crash leaves it: nobody was told that this had succeeded. A start cuts it off and keeps"
                        + " it in a .torn file"
                        + (ours ? ", and so does a repair" : ""));
    }

    private static String advice(CheckedLogFile file, KarmaException wrong) {
        if (!file.needed()) {
            return "A restore does without this file, and the next checkpoint deletes it; but something has damaged it";
        }
        if (!(wrong instanceof CorruptionException)) {
            return wrong.getMessage();
        }
        return file.whole()
                ? "A restore refuses this: what there is of the file is whole, but other lines of the log are missing. Put the"
                        + " missing files back from a copy, or go back to an earlier copy of the whole directory"
                : "A restore refuses this. Put the file back from a copy, or go back to an earlier copy of the whole"
                        + " directory";
    }
}
