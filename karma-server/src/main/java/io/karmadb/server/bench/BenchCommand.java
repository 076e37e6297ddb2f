package io.karmadb.server.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code karma bench}: its options, and its end. */
@Command(
        name = "karma bench",
        description = {"Loads a running server and reports throughput and latency.", ""},
        footer = {
            "",
            "Without --rate each connection has as many requests in flight as --pipeline says, and sends",
            "the next when an answer comes. With --rate requests are due at fixed times, and latency counts",
            "from then, whether they could be sent or not.",
            "",
            "The counters of the tree change. Exit status: 0 if every request was answered without error, 1 if",
            "not, 2 for a wrong option."
        },
        sortOptions = false,
        usageHelpWidth = 100)
public final class BenchCommand {
    private static final int STATUS_OK = 0;
    private static final int STATUS_FAILED = 1;
    private static final int STATUS_USAGE = 2;
    private static final int PORT_MAX = 65_535;
    private static final int CONNECTIONS_MAX = 100_000;
    private static final int WINDOW_MAX = 1_000_000;
    private static final int THREADS_MAX = 256;
    private static final double SECONDS_MAX = 1e6;
    private static final double SECONDS_DEFAULT = 10;
    private static final double SECOND_NANOS = 1e9;

    @Option(names = "--host", paramLabel = "HOST", description = "The server (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Its port (default: ${DEFAULT-VALUE}).")
    private int port = 8080;

    @Option(names = "--token", paramLabel = "TOKEN", description = "What requests carry as their token.")
    private String token;

    @Option(
            names = {"-c", "--connections"},
            paramLabel = "COUNT",
            description = "Connections (default: ${DEFAULT-VALUE}).")
    private int connections = 50;

    @Option(
            names = {"-P", "--pipeline"},
            paramLabel = "COUNT",
            description = "Requests in flight on each (default: ${DEFAULT-VALUE}).")
    private int pipeline = 1;

    @Option(
            names = "--idle",
            paramLabel = "COUNT",
            description = "Connections besides that stay silent; mind the server's --read-timeout (default: 0).")
    private int idle;

    @Option(
            names = {"-n", "--requests"},
            paramLabel = "COUNT",
            description = "Requests in all (default: until the time is up).")
    private long requests;

    @Option(
            names = {"-s", "--seconds"},
            paramLabel = "SECONDS",
            description = "How long to send (default: 10, or until the requests are used up).")
    private double seconds;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "How long to send before that, unrecorded (default: ${DEFAULT-VALUE}).")
    private double warmup = 1;

    @Option(
            names = "--rate",
            paramLabel = "COUNT",
            description = "Requests due in a second, in all (default: as fast as the answers come).")
    private double rate;

    @Option(
            names = "--mix",
            paramLabel = "COMMANDS",
            description =
                    "Commands and their weights, such as increment=80,sum=20. There are increment, decrement, sum,"
                            + " sum-range, find (the last 30 days of a key), find-tree (all) and ping"
                            + " (default: ${DEFAULT-VALUE}).")
    private String mix = "increment";

    @Option(names = "--tree", paramLabel = "NAME", description = "The tree (default: ${DEFAULT-VALUE}).")
    private String tree = "bench";

    @Option(
            names = {"-k", "--keys"},
            paramLabel = "COUNT",
            description = "Keys are 0 to this, exclusive (default: ${DEFAULT-VALUE}).")
    private long keys = 1_000_000;

    @Option(
            names = "--distribution",
            paramLabel = "NAME",
            description = "uniform, or zipf or zipf:EXPONENT, with the low keys hot (default: ${DEFAULT-VALUE}).")
    private String distribution = "uniform";

    @Option(names = "--seed", paramLabel = "NUMBER", description = "Draws the same keys again (default: random).")
    private long seed = new SplittableRandom().nextLong(Integer.MAX_VALUE);

    @Option(
            names = "--threads",
            paramLabel = "COUNT",
            description = "Threads that send; each has its share of the connections (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Give up after so long without any answer (default: ${DEFAULT-VALUE}).")
    private double timeout = 30;

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            description = "karma, or redis to load a Redis with HINCRBY, HGET and PING (default: karma).")
    private WireProtocol protocol = WireProtocol.KARMA;

    @Option(
            names = "--client",
            description = "Ask through karma-client, as applications do, each connection a client with its own thread."
                    + " Without it requests are made as cheaply as can be, so that the server has the processors.")
    private boolean client;

    @Option(names = "--format", paramLabel = "NAME", description = "text, csv or json (default: text).")
    private ReportFormat format = ReportFormat.TEXT;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    private BenchCommand() {}

    /**
     * Runs the command.
     *
     * @param arguments what follows {@code bench}
     * @param out receives the report
     * @param err receives what is wrong, and the live line
     * @param terminal whether somebody looks at the latter
     * @return the exit status
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err, boolean terminal) {
        BenchCommand command = new BenchCommand();
        CommandLine parser = parser(command);
        Load load;
        try {
            parser.parseArgs(arguments);
            if (command.help) {
                out.print(parser.getUsageMessage(CommandLine.Help.Ansi.OFF));
                return STATUS_OK;
            }
            load = command.load();
        } catch (ParameterException | IllegalArgumentException e) {
            err.println("karma bench: " + e.getMessage());
            return STATUS_USAGE;
        }
        return command.run(load, out, err, terminal);
    }

    /**
     * Returns what knows the options, to complete them.
     *
     * @return a new parser
     */
    public static CommandLine parser() {
        return parser(new BenchCommand());
    }

    private static CommandLine parser(BenchCommand command) {
        return new CommandLine(command)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .setInterpolateVariables(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private int run(Load load, PrintStream out, PrintStream err, boolean terminal) {
        try (LoadRun run = LoadRun.connect(load)) {
            LoadReport report = run.run(new LiveLine(terminal ? err : null));
            out.print(format.print(report));
            out.flush();
            if (report.isSuccess()) {
                return STATUS_OK;
            }
            err.println("karma bench: " + report.errors() + " requests failed, " + report.lost()
                    + " connections were lost; the first reason: "
                    + (report.firstError() == null ? "no request was answered" : report.firstError()));
        } catch (IOException e) {
            err.println("karma bench: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("karma bench: interrupted");
        }
        return STATUS_FAILED;
    }

    private Load load() {
        require("--port", port, 1, PORT_MAX);
        require("--connections", connections, 1, CONNECTIONS_MAX);
        require("--idle", idle, 0, CONNECTIONS_MAX);
        require("--pipeline", pipeline, 1, WINDOW_MAX);
        require("--threads", threads, 1, Math.min(THREADS_MAX, connections));
        require("--requests", requests, 0, Long.MAX_VALUE);
        require("--keys", keys, 1, Long.MAX_VALUE);
        require("--seconds", seconds, 0, SECONDS_MAX);
        require("--warmup", warmup, 0, SECONDS_MAX);
        require("--timeout", timeout, 0.001, SECONDS_MAX);
        require("--rate", rate, 0, SECOND_NANOS);
        if (protocol == WireProtocol.REDIS && token != null) {
            throw new IllegalArgumentException("--token is for the protocol karma");
        }
        if (client && (protocol == WireProtocol.REDIS || idle > 0 || threads > 1)) {
            throw new IllegalArgumentException("--client goes without --protocol=redis, --idle and --threads");
        }
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("--host is unknown: " + host);
        }
        KeyDistribution.parse(distribution, keys);
        Load load = new Load(
                address,
                client,
                protocol,
                token,
                tree,
                connections,
                idle,
                pipeline,
                threads,
                requests,
                nanos(seconds == 0 && requests == 0 ? SECONDS_DEFAULT : seconds),
                nanos(warmup),
                rate,
                nanos(timeout),
                distribution,
                keys,
                Mix.parse(mix),
                seed);
        load.templates();
        return load;
    }

    private static long nanos(double value) {
        return (long) (value * SECOND_NANOS);
    }

    private static void require(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(option + " must be from " + min + " to " + max + ", not " + value);
        }
    }

    private static void require(String option, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(
                    option + " must be from " + (long) Math.ceil(min) + " to " + (long) max + ", not " + value);
        }
    }
}
