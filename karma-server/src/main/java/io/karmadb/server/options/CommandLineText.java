package io.karmadb.server.options;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The options as text, the way picocli finds them on the command line: it knows names, help and which need a value;
 * {@link ServerOptions} gives the texts their meaning, wherever they come from.
 *
 * <p>Of an option that is given several times the last counts.
 */
@Command(
        name = "karma",
        description = {"Serves a counter database over TCP: newline-delimited JSON.", ""},
        footer = {
            "",
            "Instead of serving, as the first word (each has its own --help):",
            "  check       checks the directory of a stopped server",
            "  config      checks options, variables and configuration file, as a start would",
            "  cli         asks a running server, once or in a conversation",
            "  bench       loads a running server and reports throughput and latency",
            "  export      writes all buckets as CSV or JSON lines",
            "  import      makes buckets hold what such lines say",
            "  archive     writes the classes to a file, with which later starts take less time",
            "  completion  prints a script for the shell, to complete all this",
            "",
            "Each option has an environment variable, which the command line overrides: KARMA_ and",
            "its name in capitals, such as KARMA_MAX_REQUEST_BYTES. Both override a line such as",
            "max-request-bytes = 8192 in the file that --config names. Exit status: 0 after a clean",
            "stop, 1 if the server cannot start or stop cleanly, 2 for a wrong option, 130 if a",
            "second signal cuts a stop short."
        },
        sortOptions = false,
        usageHelpWidth = 100)
final class CommandLineText {
    @Option(
            names = {"-b", "--bind"},
            paramLabel = "ADDRESS",
            description = "Address to listen on (default: 0.0.0.0).")
    String bind;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Port to listen on; 0 takes a free one (default: 8080).")
    String port;

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "PATH",
            description = "Directory of the data; made if it is missing (default: .).")
    String directory;

    @Option(
            names = {"-r", "--restore"},
            paramLabel = "BOOLEAN",
            description = "Read what the directory holds; with false, start empty, and set it aside at the first write"
                    + " (default: true).")
    String restore;

    @Option(
            names = {"-n", "--nodelay"},
            paramLabel = "BOOLEAN",
            description = "Send answers at once, TCP_NODELAY (default: true).")
    String nodelay;

    @Option(
            names = {"-w", "--wal"},
            paramLabel = "BOOLEAN",
            description = "Keep a write-ahead log (default: true).")
    String wal;

    @Option(
            names = "--wal-fsync",
            paramLabel = "BOOLEAN",
            description = "Force the log to the device before answering (default: true).")
    String walFsync;

    @Option(names = "--max-request-bytes", paramLabel = "BYTES", description = "Longest request line (default: 4096).")
    String maxRequestBytes;

    @Option(
            names = "--max-connections",
            paramLabel = "COUNT",
            description = "Most connections at once; more wait (default: 10000).")
    String maxConnections;

    @Option(
            names = "--read-timeout",
            paramLabel = "SECONDS",
            description = "Close connections that are silent for so long; 0: never (default: 5).")
    String readTimeout;

    @Option(
            names = "--write-timeout",
            paramLabel = "SECONDS",
            description = "Close connections that do not take their answers for so long; 0: never (default: 5).")
    String writeTimeout;

    @Option(
            names = "--auth-token",
            paramLabel = "TOKEN",
            description = "What every request must carry as its token (default: none needed).")
    String authToken;

    @Option(
            names = "--auth-token-file",
            paramLabel = "PATH",
            description = "File whose first line is the token; keeps it out of the list of processes.")
    String authTokenFile;

    @Option(
            names = "--read-only-token",
            paramLabel = "TOKEN",
            description = "What requests that only read may carry instead (default: none).")
    String readOnlyToken;

    @Option(names = "--read-only-token-file", paramLabel = "PATH", description = "File whose first line is that.")
    String readOnlyTokenFile;

    @Option(
            names = "--tls-cert",
            paramLabel = "PATH",
            description = "Speak TLS, with the certificate chain in this PEM file (default: plain TCP).")
    String tlsCert;

    @Option(
            names = "--tls-key",
            paramLabel = "PATH",
            description = "Its private key: PEM, PKCS #8, without a password.")
    String tlsKey;

    @Option(
            names = "--tls-client-ca",
            paramLabel = "PATH",
            description = "Take only clients with a certificate of an authority in this PEM file (default: any).")
    String tlsClientCa;

    @Option(
            names = "--checkpoint-wal-bytes",
            paramLabel = "BYTES",
            description = "Make a checkpoint when the log is so large, in bytes, KiB, MiB or GiB; 0: never"
                    + " (default: 1GiB).")
    String checkpointWalBytes;

    @Option(
            names = "--checkpoint-interval",
            paramLabel = "SECONDS",
            description = "Make a checkpoint so long after the last if there is something new; 0: never (default: 0).")
    String checkpointInterval;

    @Option(
            names = "--transport",
            paramLabel = "KIND",
            description =
                    "How sockets are reached: io_uring, epoll (both Linux only), nio, or the fastest of these that"
                            + " works here, auto (default: auto).")
    String transport;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "Port for metrics, health and the dashboard, by HTTP; 0 takes a free one (default: none).")
    String httpPort;

    @Option(names = "--http-bind", paramLabel = "ADDRESS", description = "Address of that port (default: 127.0.0.1).")
    String httpBind;

    @Option(
            names = "--dump-retention-per-tree",
            paramLabel = "COUNT",
            description = "How many snapshots of a tree dump_all keeps; 0 or less: all (default: 5).")
    String dumpRetentionPerTree;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Time zone in which the day turns, such as Europe/Berlin (default: the system's).")
    String zone;

    @Option(
            names = "--config",
            paramLabel = "PATH",
            description = "File with options, a line of name = value for each, without dashes.")
    String config;

    @Option(
            names = "--log",
            paramLabel = "BOOLEAN",
            description = "Log what happens; with false, errors only (default: true).")
    String log;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version and exit.")
    boolean version;
}
