package io.karmadb.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LineWriterTest {
    /** Blocks in its first write until told, as a pipe does that nobody reads. */
    private static final class FullPipe extends OutputStream {
        final CountDownLatch writing = new CountDownLatch(1);
        final CountDownLatch read = new CountDownLatch(1);
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] line) throws IOException {
            writing.countDown();
            try {
                read.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            bytes.write(line);
        }
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void writesLinesInOrder() throws InterruptedException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        LineWriter writer = new LineWriter("test", stream);
        for (int i = 0; i < 1000; i++) {
            writer.offer(line("line " + i));
        }
        assertThat(writer.flush(10, TimeUnit.SECONDS)).isTrue();
        assertThat(stream.toString(StandardCharsets.UTF_8).lines())
                .hasSize(1000)
                .startsWith("line 0")
                .endsWith("line 999");
    }

    @Test
    void streamThatNobodyReadsHoldsUpNeitherTheLoggersNorTheEnd() throws InterruptedException {
        FullPipe pipe = new FullPipe();
        LineWriter writer = new LineWriter("test", pipe);
        writer.offer(line("first"));
        pipe.writing.await();
        String kilobyte = "x".repeat(1023);
        int lines = 3 * LineWriter.QUEUE_BYTES_MAX / 1024;
        for (int i = 0; i < lines; i++) {
            writer.offer(line(kilobyte));
        }
        assertThat(writer.flush(10, TimeUnit.MILLISECONDS)).isFalse();
        pipe.read.countDown();
        assertThat(writer.flush(10, TimeUnit.SECONDS)).isTrue();
        writer.offer(line("last"));
        assertThat(writer.flush(10, TimeUnit.SECONDS)).isTrue();
        int kept = LineWriter.QUEUE_BYTES_MAX / 1024;
        assertThat(pipe.bytes.toString(StandardCharsets.UTF_8).lines().toList())
                .hasSize(1 + kept + 2)
                .startsWith("first", kilobyte)
                .endsWith("last")
                .anyMatch(text -> text.contains("\"event\":\"log.dropped\"")
                        && text.endsWith("\"lines\":" + (lines - kept) + "}"));
    }

    @Test
    void streamThatFailsIsGivenUp() throws InterruptedException {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        LineWriter writer = new LineWriter("test", closed);
        for (int i = 0; i < 100; i++) {
            writer.offer(line("line"));
        }
        assertThat(writer.flush(10, TimeUnit.SECONDS)).isTrue();
        writer.offer(line("line"));
        assertThat(writer.flush(10, TimeUnit.SECONDS)).isTrue();
    }
}
