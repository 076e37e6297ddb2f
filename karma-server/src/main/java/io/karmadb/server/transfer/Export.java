package io.karmadb.server.transfer;

import io.karmadb.DayRange;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.Locale;

/** One export: every bucket from a source to a writer. */
final class Export implements Source.Sink {
    private final Source source;
    private final ProgressBar progress;
    private final PrintStream err;
    private RowWriter writer;
    private long allKeys;
    private int trees;
    private long keys;
    private long rows;

    Export(Source source, ProgressBar progress, PrintStream err) {
        this.source = source;
        this.progress = progress;
        this.err = err;
    }

    /**
     * Exports trees.
     *
     * @param all whether these are all trees there are
     */
    void run(Collection<String> names, DayRange range, RowWriter to, boolean all)
            throws TransferException, IOException {
        writer = to;
        allKeys = all ? source.keys() : 0;
        progress.begin("exporting", 0);
        for (String name : names) {
            if (source.read(name, range, this)) {
                trees++;
            } else {
                progress.clear();
                err.println("karma export: a tree was dropped meanwhile: " + Fields.shown(name));
            }
        }
        to.flush();
    }

    @Override
    public void bucket(String tree, long key, int day, long count) throws IOException {
        writer.write(tree, key, day, count);
        rows++;
        progress.row(rows, keys, allKeys);
    }

    @Override
    public void keyDone() {
        keys++;
    }

    /** Says what was written. */
    String summary() {
        return String.format(
                Locale.ROOT,
                "%,d %s of %,d %s in %,d %s",
                rows,
                rows == 1 ? "row" : "rows",
                keys,
                keys == 1 ? "key" : "keys",
                trees,
                trees == 1 ? "tree" : "trees");
    }
}
