package io.karmadb.server.check;

import io.karmadb.CheckReport;
import io.karmadb.DirectoryCheck;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.ReadProgress;
import io.karmadb.server.terminal.Printable;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code karma check}: its options, and what it prints. */
@Command(
        name = "karma check",
        description = {
            "Checks the directory of a stopped server: every file and its checksums, and what a restore would give.",
            "Changes nothing, but with --repair.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 if all is well, 1 if something is wrong or the directory cannot be checked,",
            "2 for a wrong option, and for something that is no directory."
        },
        sortOptions = false,
        usageHelpWidth = 100)
public final class CheckCommand {
    private static final int STATUS_OK = 0;
    private static final int STATUS_WRONG = 1;
    private static final int STATUS_USAGE = 2;

    @Parameters(index = "0", paramLabel = "DIRECTORY", description = "Directory of the data, which must exist.")
    private Path directory;

    @Option(
            names = "--repair",
            description = "If nothing is wrong but a torn tail of the log, cut it off, keeping it in a .torn file, as a"
                    + " start would.")
    private boolean repair;

    @Option(names = "--json", description = "Print what was found as one JSON object.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    private CheckCommand() {}

    /**
     * Runs the command.
     *
     * @param arguments what follows {@code check}
     * @param out receives what was found
     * @param err receives why nothing could be, and progress
     * @param terminal whether somebody looks at the latter
     * @return the exit status
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal) {
        CheckCommand command = new CheckCommand();
        CommandLine parser = parser(command);
        try {
            parser.parseArgs(arguments);
        } catch (UnmatchedArgumentException e) {
            err.println("karma check: Unknown argument: "
                    + Printable.of(e.getUnmatched().get(0)));
            return STATUS_USAGE;
        } catch (ParameterException e) {
            err.println("karma check: " + Printable.of(e.getMessage()));
            return STATUS_USAGE;
        }
        if (command.help) {
            out.print(parser.getUsageMessage(CommandLine.Help.Ansi.OFF));
            return STATUS_OK;
        }
        if (command.directory.toString().isEmpty() || !Files.isDirectory(command.directory)) {
            err.println("karma check: DIRECTORY must be a directory that exists, not "
                    + Printable.of(command.directory.toString()));
            return STATUS_USAGE;
        }
        return command.check(out, err, terminal);
    }

    /**
     * Returns what knows the options, to complete them.
     *
     * @return a new parser
     */
    public static CommandLine parser() {
        return parser(new CheckCommand());
    }

    private static CommandLine parser(CheckCommand command) {
        return new CommandLine(command)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .setInterpolateVariables(false);
    }

    private int check(PrintStream out, PrintStream err, boolean terminal) {
        KarmaOptions options = KarmaOptions.builder().directory(directory).build();
        ProgressLine progress = new ProgressLine(err, System::nanoTime);
        ReadProgress listener = terminal ? progress : ReadProgress.NONE;
        CheckReport report;
        try {
            report = repair ? DirectoryCheck.repair(options, listener) : DirectoryCheck.run(options, listener);
        } catch (KarmaException e) {
            progress.clear();
            err.println("karma: " + Printable.of(e.getMessage()));
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
