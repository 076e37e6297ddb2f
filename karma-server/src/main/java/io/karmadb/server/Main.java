package io.karmadb.server;

import io.karmadb.server.bench.BenchCommand;
import io.karmadb.server.check.CheckCommand;
import io.karmadb.server.cli.CliCommand;
import io.karmadb.server.logging.ServerLog;
import io.karmadb.server.options.ConfigCommand;
import io.karmadb.server.options.OptionException;
import io.karmadb.server.options.ServerOptions;
import io.karmadb.server.terminal.StandardStream;
import io.karmadb.server.transfer.ExportCommand;
import io.karmadb.server.transfer.ImportCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** The server as a process, and the tools that come with it. */
public final class Main {
    /** The exit status for a command line or environment that cannot be used. */
    static final int STATUS_USAGE = 2;

    /** What the first word of the command line can name, to be run instead of the server. */
    private static final Map<String, Tool> TOOLS = Map.of(
            "archive", ArchiveCommand::run,
            "bench", BenchCommand::run,
            "check", CheckCommand::run,
            "cli", CliCommand::run,
            "completion", CompletionCommand::run,
            "config", ConfigCommand::run,
            "export", ExportCommand::run,
            "import", ImportCommand::run);

    private interface Tool {
        /** Runs to its end and returns the exit status. */
        int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal);
    }

    private Main() {}

    /**
     * Serves until a signal ends it, or runs the tool that the first argument names.
     *
     * @param arguments the command line, see {@code --help}
     */
    public static void main(String[] arguments) {
        if (arguments.length > 0) {
            Tool tool = TOOLS.get(arguments[0]);
            if (tool != null) {
                String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
                // What goes to stderr as log lines would say twice what a tool says once.
                ServerLog.start(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false);
                // Names of trees are in UTF-8, whatever the locale.
                PrintStream out =
                        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
                int status = tool.run(rest, out, System.err, StandardStream.ERROR.isTerminal());
                out.flush();
                System.exit(status);
            }
        }
        ServerOptions options;
        try {
            options = ServerOptions.parse(arguments, System.getenv());
        } catch (OptionException e) {
            System.err.println("karma: " + e.getMessage());
            System.exit(STATUS_USAGE);
            return;
        }
        switch (options.action()) {
            case HELP -> System.out.print(ServerOptions.usage());
            case VERSION -> System.out.println("karma " + version());
            case SERVE -> serve(options);
        }
    }

    private static void serve(ServerOptions options) {
        // By default it follows every hundredth buffer with stack traces, which takes a tenth of the time.
        System.getProperties().putIfAbsent("io.netty.leakDetection.level", "disabled");
        // Else the first buffer starts Java's Flight Recorder, for events of buffers: an eighth of a second.
        System.getProperties().putIfAbsent("io.netty.jfr.enabled", "false");
        // Not System.out: that one blocks everybody when nobody reads it.
        ServerLog log = ServerLog.start(
                new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), options.log());
        new ServerProcess(options, log).run();
    }

    /** Returns the version in the jar's manifest. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
