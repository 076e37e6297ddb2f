package io.karmadb.server.check;

import io.karmadb.CheckReport;
import io.karmadb.DirectoryCheck;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.ReadProgress;
import java.io.PrintStream;
import java.nio.file.Path;

/** Checks a directory and prints what was found. */
public final class CheckCommand {
    /** The exit status if all is well. */
    public static final int STATUS_OK = 0;

    /** The exit status if something is wrong, or the directory cannot be checked. */
    public static final int STATUS_WRONG = 1;

    private final Path directory;
    private final boolean repair;
    private final boolean json;

    /**
     * Prepares a check.
     *
     * @param directory what to check
     * @param repair whether to cut off a torn tail if nothing else is wrong
     * @param json whether to print JSON
     */
    public CheckCommand(Path directory, boolean repair, boolean json) {
        this.directory = directory;
        this.repair = repair;
        this.json = json;
    }

    /**
     * Checks and prints.
     *
     * @param out receives what was found
     * @param err receives why nothing could be, and progress
     * @param terminal whether somebody looks at the latter
     * @return the exit status
     */
    public int run(PrintStream out, PrintStream err, boolean terminal) {
        KarmaOptions options = KarmaOptions.builder().directory(directory).build();
        ProgressLine progress = new ProgressLine(err, System::nanoTime);
        ReadProgress listener = terminal ? progress : ReadProgress.NONE;
        CheckReport report;
        try {
            report = repair ? DirectoryCheck.repair(options, listener) : DirectoryCheck.run(options, listener);
        } catch (KarmaException e) {
            progress.clear();
            err.println("karma: " + ReportText.printable(e.getMessage()));
            return STATUS_WRONG;
        } catch (OutOfMemoryError e) {
            progress.clear();
            err.println("karma: not enough memory: a check takes as much as the server, which Java is given with -Xmx");
            return STATUS_WRONG;
        }
        progress.clear();
        out.print(json ? ReportJson.of(report) : ReportText.of(report, repair));
        return report.ok() ? STATUS_OK : STATUS_WRONG;
    }
}
