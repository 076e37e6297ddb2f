package io.karmadb.server.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A stream that this process was started with. */
public enum StandardStream {
    /** What it reads. */
    INPUT(0),
    /** Where it complains. */
    ERROR(2);

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final int descriptor;

    StandardStream(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Says whether somebody sits at the other end. The JDK tells nothing of one stream alone; where the system does not
     * either, both standard input and output must be a terminal.
     *
     * @return whether it is a terminal
     */
    public boolean isTerminal() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return System.console() != null;
        }
        try {
            return isTerminal(Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor))));
        } catch (IOException e) {
            return false; // it is closed, or nobody may know: then it is treated as a pipe is
        }
    }

    static boolean isTerminal(Path device) {
        return device.toString().matches("/dev/(pts/.*|tty.*|console)");
    }
}
