package io.karmadb.server.transfer;

import io.karmadb.KarmaException;
import io.karmadb.server.terminal.Printable;
import java.io.IOException;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What {@code karma export} and {@code karma import} have in common: how they begin, and how they end. */
abstract class TransferCommand {
    private static final int STATUS_OK = 0;
    private static final int STATUS_FAILED = 1;
    private static final int STATUS_USAGE = 2;

    private static final int LAST = 1;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "csv or jsonl (default: what the file's name ends in, else csv).")
    private Format format;

    @Option(
            names = {"-h", "--help"},
            order = LAST,
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    private final String name;
    private final PrintStream out;
    private final PrintStream err;
    private final ProgressBar progress;

    /**
     * Prepares a command.
     *
     * @param name what its messages begin with
     * @param out receives the help
     * @param err receives what is wrong, and the progress
     * @param terminal whether somebody looks at the latter
     */
    TransferCommand(String name, PrintStream out, PrintStream err, boolean terminal) {
        this.name = name;
        this.out = out;
        this.err = err;
        progress = new ProgressBar(terminal ? err : null, System::nanoTime);
    }

    static CommandLine parser(TransferCommand command) {
        return new CommandLine(command)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Runs the command, and returns the exit status. */
    final int run(String[] arguments) {
        CommandLine parser = parser(this);
        try {
            parser.parseArgs(arguments);
            if (help) {
                out.print(parser.getUsageMessage(CommandLine.Help.Ansi.OFF));
                return STATUS_OK;
            }
            check();
        } catch (ParameterException | IllegalArgumentException e) {
            tell(e.getMessage());
            return STATUS_USAGE;
        }
        try {
            return transfer() ? STATUS_OK : STATUS_FAILED;
        } catch (TransferException | KarmaException e) {
            tell(e.getMessage());
        } catch (IOException e) {
            tell(e.toString());
        } catch (OutOfMemoryError e) {
            tell("not enough memory: a directory takes as much as its server, which Java is given with -Xmx");
        } finally {
            progress.clear();
        }
        return STATUS_FAILED;
    }

    /** Checks the options: an {@link IllegalArgumentException} says what is wrong with them. */
    abstract void check();

    /** Does what the command is for, and returns whether all of it is done; if not it has told why. */
    abstract boolean transfer() throws TransferException, IOException;

    /** Tells whoever looks, in place of the progress. */
    final void tell(String message) {
        progress.clear();
        err.println(name + ": " + Printable.of(message));
    }

    /** Returns the format that was asked for, or that of a file's name. */
    final Format format(String file) {
        return format == null ? Format.ofName(file) : format;
    }

    final PrintStream err() {
        return err;
    }

    final ProgressBar progress() {
        return progress;
    }
}
