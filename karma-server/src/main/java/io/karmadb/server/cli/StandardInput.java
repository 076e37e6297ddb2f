package io.karmadb.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody types what this process reads. */
final class StandardInput {
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/0");

    private StandardInput() {}

    /**
     * Says whether standard input is a terminal. The JDK tells nothing of that stream alone; where the system does not
     * either, standard output must be one, too.
     */
    static boolean isTerminal() {
        if (!Files.isSymbolicLink(DESCRIPTOR)) {
            return System.console() != null;
        }
        try {
            String target = Files.readSymbolicLink(DESCRIPTOR).toString();
            return target.startsWith("/dev/pts/") || target.matches("/dev/(tty.*|console)");
        } catch (IOException e) {
            return false; // it is read to its end then, as a pipe is
        }
    }
}
