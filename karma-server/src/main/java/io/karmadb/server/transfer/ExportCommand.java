package io.karmadb.server.transfer;

import io.karmadb.Day;
import io.karmadb.DayRange;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code karma export}: its options, and its end. */
@Command(
        name = "karma export",
        description = {
            "Writes every bucket as a line of CSV or JSON: tree, key, day, count. From a running server,",
            "or with --directory from the directory of a stopped one, in which nothing is changed.",
            ""
        },
        footer = {
            "",
            "Trees come in order of creation, the days of a key in theirs; keys in ascending order from a",
            "directory, in none from a server. A key without buckets has no line. A server goes on counting:",
            "each key is shown as it was at some moment of the export.",
            "",
            "Exit status: 0 if all was written, 1 if not, 2 for a wrong option."
        },
        sortOptions = false,
        usageHelpWidth = 100)
public final class ExportCommand extends TransferCommand {
    private static final String STANDARD_OUTPUT = "-";

    @Option(names = "--from", paramLabel = "DAY", description = "First day, YYYYMMDD (default: all).")
    private Integer from;

    @Option(names = "--to", paramLabel = "DAY", description = "Last day, YYYYMMDD (default: all).")
    private Integer to;

    @Option(names = "--tree", paramLabel = "NAME", description = "Only this tree; may be given several times.")
    private List<String> trees = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Where to; a file is there as a whole in the end, or not at all (default: -, standard output).")
    private String output = STANDARD_OUTPUT;

    @Mixin
    private WhereOptions where = new WhereOptions();

    private final PrintStream out;

    private ExportCommand(PrintStream out, PrintStream err, boolean terminal) {
        super("karma export", out, err, terminal);
        this.out = out;
    }

    /**
     * Returns a parser of the command's options, for who wants to know them.
     *
     * @return a new parser
     */
    public static CommandLine parser() {
        return parser(new ExportCommand(null, null, false));
    }

    /**
     * Runs the command.
     *
     * @param arguments what follows {@code export}
     * @param out receives the lines, if no file does
     * @param err receives what is wrong, and the progress
     * @param terminal whether somebody looks at the latter
     * @return the exit status
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal) {
        return new ExportCommand(out, err, terminal).run(arguments);
    }

    @Override
    void check() {
        where.check();
        range();
        checkOutput();
    }

    @Override
    boolean transfer() throws TransferException {
        try {
            String done = export(range());
            tell(done);
            return true;
        } catch (StandardOutput.ClosedException e) {
            return false; // whoever read it has had enough
        } catch (IOException e) {
            throw new TransferException("cannot write: " + e, e);
        }
    }

    private DayRange range() {
        return new DayRange(
                from == null ? DayRange.ALL.first() : day("--from", from),
                to == null ? DayRange.ALL.last() : day("--to", to));
    }

    private static int day(String option, int day) {
        if (!Day.isValid(day)) {
            throw new IllegalArgumentException(option + " must be a day of the calendar as YYYYMMDD, not " + day);
        }
        return day;
    }

    private boolean toStandardOutput() {
        return output.equals(STANDARD_OUTPUT);
    }

    private void checkOutput() {
        if (toStandardOutput()) {
            return;
        }
        Path file = WhereOptions.path("--output", output).toAbsolutePath();
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IllegalArgumentException("--output must be a regular file, or - for standard output: " + file);
        }
        if (!Files.isDirectory(file.getParent())) {
            throw new IllegalArgumentException("--output must be in a directory that exists: " + file);
        }
    }

    private String export(DayRange range) throws TransferException, IOException {
        try (Source source = where.isDirectory()
                ? DirectorySource.read(where.store(), progress(), err())
                : ServerSource.connect(where.server())) {
            Set<String> names = new LinkedHashSet<>(source.trees());
            for (String tree : trees) {
                if (!names.contains(tree)) {
                    throw new TransferException("there is no tree " + Fields.shown(tree));
                }
            }
            if (!trees.isEmpty()) {
                names.retainAll(trees);
            }
            Format chosen = format(output);
            Export export = new Export(source, progress(), err());
            if (toStandardOutput()) {
                export.run(names, range, chosen.writer(new StandardOutput(out)), trees.isEmpty());
            } else {
                try (OutputFile file = new OutputFile(Path.of(output)).deletedOnExit()) {
                    export.run(names, range, chosen.writer(file), trees.isEmpty());
                    file.finish();
                }
            }
            return export.summary();
        }
    }
}
