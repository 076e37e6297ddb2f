package io.karmadb.server.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** Standard output as a stream that says when nobody takes it any more, which a {@link PrintStream} keeps to itself. */
final class StandardOutput extends OutputStream {
    /** Nobody takes the output any more. */
    static final class ClosedException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedException() {
            super("standard output was closed");
        }
    }

    private final PrintStream out;

    StandardOutput(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        check();
    }

    @Override
    public void flush() throws IOException {
        check();
    }

    private void check() throws ClosedException {
        if (out.checkError()) { // which flushes
            throw new ClosedException();
        }
    }
}
