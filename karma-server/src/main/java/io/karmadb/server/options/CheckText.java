package io.karmadb.server.options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of {@code karma check} as text, the way picocli finds it. */
@Command(
        name = "check",
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
final class CheckText {
    @Parameters(index = "0", paramLabel = "DIRECTORY", description = "Directory of the data, which must exist.")
    String directory;

    @Option(
            names = "--repair",
            description = "If nothing is wrong but a torn tail of the log, cut it off, keeping it in a .torn file, as a"
                    + " start would.")
    boolean repair;

    @Option(names = "--json", description = "Print what was found as one JSON object.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;
}
