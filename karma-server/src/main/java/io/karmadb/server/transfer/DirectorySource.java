package io.karmadb.server.transfer;

import io.karmadb.DayRange;
import io.karmadb.DirectoryContents;
import io.karmadb.KarmaException;
import io.karmadb.KarmaOptions;
import io.karmadb.TreeNotFoundException;
import io.karmadb.server.terminal.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The directory of a stopped server, in which nothing is changed; keys come in ascending order. */
final class DirectorySource implements Source {
    private final DirectoryContents contents;

    private DirectorySource(DirectoryContents contents) {
        this.contents = contents;
    }

    /**
     * Reads the directory into memory.
     *
     * @param err receives what is odd there
     */
    static DirectorySource read(KarmaOptions options, ProgressBar progress, PrintStream err) throws TransferException {
        progress.begin("reading", 0);
        try {
            DirectoryContents contents = DirectoryContents.read(options, (bytes, of) -> progress.show(0, bytes, of));
            progress.clear();
            contents.warnings().forEach(warning -> err.println("karma export: " + Printable.of(warning)));
            return new DirectorySource(contents);
        } catch (KarmaException e) {
            throw new TransferException(e.getMessage(), e);
        }
    }

    @Override
    public List<String> trees() {
        return contents.trees();
    }

    @Override
    public long keys() {
        return contents.trees().stream().mapToLong(contents::keyCount).sum();
    }

    @Override
    public boolean read(String tree, DayRange range, Sink sink) throws IOException {
        try {
            contents.find(tree, range, (key, buckets) -> {
                try {
                    for (int i = 0; i < buckets.size(); i++) {
                        sink.bucket(tree, key, buckets.day(i), buckets.count(i));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                sink.keyDone();
            });
            return true;
        } catch (TreeNotFoundException e) {
            return false;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        contents.close();
    }
}
