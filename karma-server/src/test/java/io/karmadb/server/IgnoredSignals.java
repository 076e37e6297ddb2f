package io.karmadb.server;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The signals that this JVM was started to ignore, as SIGHUP under {@code nohup} and SIGINT in the background of a script.
 * The servers that it starts ignore them, too, as they should; what they do at such a signal cannot be tested then.
 */
final class IgnoredSignals {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final List<String> NAMES = List.of("HUP", "INT");

    private IgnoredSignals() {}

    /** Lets a test go on only if servers are told of a signal. */
    static void assumeNot(String signal) throws IOException {
        int number = NAMES.indexOf(signal);
        if (number >= 0 && Files.exists(STATUS)) {
            assumeThat(mask() >>> number & 1)
                    .as("run the build in the foreground to have this tested: it was started so that it ignores SIG"
                            + signal)
                    .isZero();
        }
    }

    /** Signal 1 is the lowest bit. */
    private static long mask() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring(line.indexOf(':') + 1).strip(), 16))
                .findFirst()
                .orElseThrow();
    }
}
