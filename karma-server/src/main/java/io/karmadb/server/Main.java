package io.karmadb.server;

import io.karmadb.server.logging.ServerLog;
import io.karmadb.server.options.OptionException;
import io.karmadb.server.options.ServerOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/** The server as a process. */
public final class Main {
    /** The exit status for a command line or environment that cannot be used. */
    static final int STATUS_USAGE = 2;

    private Main() {}

    /**
     * Serves until a signal ends it.
     *
     * @param arguments the command line, see {@code --help}
     */
    public static void main(String[] arguments) {
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
