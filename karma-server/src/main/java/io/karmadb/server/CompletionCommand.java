package io.karmadb.server;

import io.karmadb.server.bench.BenchCommand;
import io.karmadb.server.check.CheckCommand;
import io.karmadb.server.cli.CliCommand;
import io.karmadb.server.options.ServerOptions;
import io.karmadb.server.transfer.ExportCommand;
import io.karmadb.server.transfer.ImportCommand;
import java.io.PrintStream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code karma completion}: prints what teaches a shell to complete the command line. */
final class CompletionCommand {
    private static final String USAGE = """
            Usage: karma completion
            Prints a script that has bash or zsh complete the words and options of karma:

              source <(karma completion)

            For all sessions of bash, write it to ~/.local/share/bash-completion/completions/karma.
            """;

    private CompletionCommand() {}

    /** Runs the command. */
    static int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal) {
        if (arguments.length == 1 && (arguments[0].equals("--help") || arguments[0].equals("-h"))) {
            out.print(USAGE);
            return 0;
        }
        if (arguments.length > 0) {
            err.print("karma completion: Unknown argument: " + arguments[0] + "\n" + USAGE);
            return Main.STATUS_USAGE;
        }
        out.println(AutoComplete.bash("karma", everything()));
        return 0;
    }

    private static CommandLine everything() {
        CommandLine config = new CommandLine(CommandSpec.create()).addSubcommand("check", ServerOptions.parser());
        return ServerOptions.parser()
                .addSubcommand("archive", new CommandLine(CommandSpec.create()))
                .addSubcommand("bench", BenchCommand.parser())
                .addSubcommand("check", CheckCommand.parser())
                .addSubcommand("cli", CliCommand.parser())
                .addSubcommand("completion", new CommandLine(CommandSpec.create()))
                .addSubcommand("config", config)
                .addSubcommand("export", ExportCommand.parser())
                .addSubcommand("import", ImportCommand.parser());
    }
}
