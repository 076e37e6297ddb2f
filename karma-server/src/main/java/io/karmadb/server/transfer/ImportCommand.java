package io.karmadb.server.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code karma import}: its options, and its end. */
@Command(
        name = "karma import",
        description = {
            "Makes buckets hold what the lines of a file say: tree, key, day, count, as karma export writes",
            "them. Into a running server, or with --directory into the directory of a stopped one, which is",
            "made if it is missing.",
            ""
        },
        footer = {
            "",
            "The whole file is checked first. If a line is bad nothing is imported; the first 20 are named.",
            "Of several lines of one bucket the last counts. A bucket that a line names holds exactly that",
            "count afterwards, others are left alone, so that an import may be repeated. The day of a line",
            "must not come after the server's today.",
            "",
            "Then the totals there are compared: if a line would take one past 18446744073709551615, it is",
            "named and nothing is imported. Buckets that others change at the same time are not known then:",
            "should one of their counts be too much, the import stops at its line, with those before it",
            "imported.",
            "",
            "How far an import has got is noted in FILE.karma-import, which goes at its end.",
            "",
            "Exit status: 0 if all was imported, 1 if not, 2 for a wrong option."
        },
        sortOptions = false,
        usageHelpWidth = 100)
public final class ImportCommand extends TransferCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "What to import; - for standard input.")
    private String file;

    @Option(names = "--resume", description = "Go on where an import of this file was broken off.")
    private boolean resume;

    @Option(names = "--dry-run", description = "Check the file alone and import nothing.")
    private boolean dryRun;

    @Mixin
    private WhereOptions where = new WhereOptions();

    private final InputStream in;
    private final PrintStream out;

    private ImportCommand(InputStream in, PrintStream out, PrintStream err, boolean terminal) {
        super("karma import", out, err, terminal);
        this.in = in;
        this.out = out;
    }

    /**
     * Returns a parser of the command's options, for who wants to know them.
     *
     * @return a new parser
     */
    public static CommandLine parser() {
        return parser(new ImportCommand(null, null, null, false));
    }

    /**
     * Runs the command.
     *
     * @param arguments what follows {@code import}
     * @param out receives how it went
     * @param err receives what is wrong, and the progress
     * @param terminal whether somebody looks at the latter
     * @return the exit status
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal) {
        return run(arguments, System.in, out, err, terminal);
    }

    static int run(String[] arguments, InputStream in, PrintStream out, PrintStream err, boolean terminal) {
        return new ImportCommand(in, out, err, terminal).run(arguments);
    }

    @Override
    void check() {
        where.check();
        if (resume && file.equals(InputFile.STANDARD_INPUT)) {
            throw new IllegalArgumentException("--resume needs a file: nothing is known of an earlier standard input");
        }
        if (resume && dryRun) {
            throw new IllegalArgumentException("--resume and --dry-run cannot both be given");
        }
    }

    @Override
    boolean transfer() throws TransferException, IOException {
        try (InputFile input = InputFile.open(file, in, progress())) {
            return transfer(input);
        }
    }

    private boolean transfer(InputFile input) throws TransferException {
        Format chosen = format(file);
        Validation validation = Validation.of(input, chosen, progress());
        if (!validation.isGood()) {
            report(validation);
            return false;
        }
        if (dryRun) {
            out.println(rows(validation.rows()) + " good; nothing was imported");
            return true;
        }
        String target = where.isDirectory()
                ? StoreTarget.nameOf(where.store())
                : where.server().name();
        ImportState start = ImportState.start(target, chosen, input, validation);
        Path stateFile = input.isTemporary() ? null : ImportState.pathOf(input.path());
        if (stateFile != null && Files.exists(stateFile)) {
            start = earlier(stateFile, start);
        } else if (resume) {
            throw new TransferException("there is nothing to resume: " + stateFile
                    + " is missing, so the import has not begun, or has ended");
        }
        long before = start.rows();
        try (Target to =
                where.isDirectory() ? StoreTarget.open(where.store(), err()) : ServerTarget.connect(where.server())) {
            transfer(new Import(input, validation, to, start, stateFile, progress()), stateFile);
        }
        progress().clear();
        out.println(rows(validation.rows()) + " imported"
                + (before == 0 ? "" : String.format(Locale.ROOT, ", %,d of them before", before)));
        return true;
    }

    /** Returns where to begin, when an import of the file has begun before. */
    private ImportState earlier(Path stateFile, ImportState start) throws TransferException {
        if (!resume) {
            tell("an earlier import of this file did not come to its end; this one starts over");
            return start;
        }
        ImportState reached = ImportState.read(stateFile);
        String difference = reached.differenceFrom(start);
        if (difference != null) {
            throw new TransferException(
                    "cannot resume: " + difference + ". Start over without --resume, which counts nothing twice");
        }
        return reached;
    }

    private void transfer(Import rows, Path stateFile) throws TransferException {
        boolean done = false;
        try {
            rows.run();
            done = true;
        } finally {
            progress().clear();
            if (!done && stateFile != null && rows.rows() > 0) {
                tell(rows(rows.rows()) + " imported so far; --resume goes on from there");
            }
        }
    }

    private void report(Validation validation) {
        validation.problems().forEach(this::tell);
        long more = validation.badLines() - validation.problems().size();
        tell(String.format(
                Locale.ROOT,
                "%,d bad %s%s; nothing was imported",
                validation.badLines(),
                validation.badLines() == 1 ? "line" : "lines",
                more == 0 ? "" : String.format(Locale.ROOT, ", %,d of them not shown", more)));
    }

    private static String rows(long count) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? "row" : "rows");
    }
}
