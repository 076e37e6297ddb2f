package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Programs of the operating system. */
final class Tool {
    private static final int PIPE_BYTES = 65_536;

    private Tool() {}

    /** Runs a program, which must succeed. */
    static void run(String... words) throws IOException {
        assertThat(succeeds(words)).as(String.join(" ", words)).isTrue();
    }

    /** Runs a program and says whether it ended with status 0. */
    static boolean succeeds(String... words) throws IOException {
        try {
            return new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a pipe: who reads it waits, before anything else for somebody to write. */
    static void makePipe(Path path) throws IOException {
        run("mkfifo", path.toString());
    }

    /** Makes a pipe that takes nothing more, for as long as it is open. */
    static RandomAccessFile makeFullPipe(Path path) throws IOException {
        makePipe(path);
        RandomAccessFile pipe = new RandomAccessFile(path.toFile(), "rw");
        pipe.write(new byte[PIPE_BYTES]);
        return pipe;
    }
}
