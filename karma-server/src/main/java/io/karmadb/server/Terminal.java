package io.karmadb.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at a stream of this process. */
final class Terminal {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /**
     * Says whether standard error is a terminal. The JDK tells nothing of that stream alone; where the system does not
     * either, all of standard input and output must be one.
     */
    static boolean isStandardError() {
        if (!Files.exists(STANDARD_ERROR)) {
            return System.console() != null;
        }
        try {
            Path target = Files.readSymbolicLink(STANDARD_ERROR);
            return target.startsWith("/dev/pts") || target.toString().matches("/dev/(tty.*|console)");
        } catch (IOException e) {
            return false; // nobody is told about progress then, and nothing else depends on it
        }
    }
}
