package io.karmadb.server.transfer;

import io.karmadb.CounterOverflowException;
import io.karmadb.DayRange;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Sees before an import whether one of its lines would take a total past 2^64-1, together with what the target holds.
 *
 * <p>The first look at the rows asks for the total of each key, but not for the same one line after line, and not in trees
 * that are missing. A total that cannot pass the limit even with all counts that share the key's slot of
 * {@link CountBounds} is good: nearly all are. For the others a second look does line by line what the import will do, and
 * asks what the buckets held.
 *
 * <p>What others write meanwhile it cannot know of.
 */
final class OverflowCheck {
    /** For so many keys the buckets that lines set are kept in memory at the same time. */
    static final int CANDIDATES_MAX = 10_000;

    private static final int MISSING_TREES_MAX = 1_000;

    /** After so many rows something is asked in any case: a server ends a connection on which nothing comes. */
    private static final int SILENT_ROWS_MAX = 10_000;

    private final InputFile file;
    private final CountBounds bounds;
    private final Target target;
    private final ImportState start;
    private final ProgressBar progress;
    private final int candidatesMax;

    /** Some of the trees that are not there: their keys hold nothing. */
    private final Set<String> missing = new HashSet<>();

    private Candidates candidates;

    /**
     * Prepares a check.
     *
     * @param bounds of the counts in the file
     * @param start the rows before it are imported already
     * @param candidatesMax see {@link #CANDIDATES_MAX}
     */
    OverflowCheck(
            InputFile file,
            CountBounds bounds,
            Target target,
            ImportState start,
            ProgressBar progress,
            int candidatesMax) {
        this.file = file;
        this.bounds = bounds;
        this.target = target;
        this.start = start;
        this.progress = progress;
        this.candidatesMax = candidatesMax;
    }

    /** Looks at a row and asks for what there is to know, or does not. */
    private interface Look {
        void at(Row row, long line) throws TransferException;
    }

    /**
     * Checks the rows.
     *
     * @throws TransferException if one would be refused, named by its line
     */
    void run() throws TransferException, IOException, BadRowException {
        for (int slot = 0; slot < CountBounds.SLOTS; slot = candidates.endSlot()) {
            candidates = new Candidates(slot, candidatesMax);
            Row last = new Row();
            forEachRow((row, line) -> askForTotal(row, line, last));
            if (!candidates.isEmpty()) {
                forEachRow(this::askForBucket);
            }
        }
    }

    private void forEachRow(Look look) throws TransferException, IOException, BadRowException {
        progress.begin("comparing", start.rows());
        try (RowReader reader =
                new RowReader(file.read(start.offset()), start.format(), start.offset(), start.line())) {
            Row row = new Row();
            long rows = start.rows();
            while (reader.next(row)) {
                rows++;
                look.at(row, reader.line());
                if (rows % SILENT_ROWS_MAX == 0) {
                    target.sum(row, reader.line(), DayRange.ALL, (same, line, sum, found) -> {});
                    target.awaitSums();
                }
                progress.row(rows, reader.endOffset(), file.bytes());
            }
            target.awaitSums();
        }
    }

    private void askForTotal(Row row, long line, Row last) throws TransferException {
        if (row.key == last.key && row.tree.equals(last.tree)) {
            return;
        }
        last.tree = row.tree;
        last.key = row.key;
        int slot = CountBounds.slot(row.tree, row.key);
        if (candidates.hasSlot(slot) && (bounds.isFull(slot) || !missing.contains(row.tree))) {
            target.sum(row, line, DayRange.ALL, this::takeTotal);
        }
    }

    private void takeTotal(Row row, long line, long total, boolean treeFound) {
        if (!treeFound && missing.size() < MISSING_TREES_MAX) {
            missing.add(row.tree);
        }
        if (bounds.canOverflow(CountBounds.slot(row.tree, row.key), total)) {
            candidates.add(row.tree, row.key, total);
        }
    }

    private void askForBucket(Row row, long line) throws TransferException {
        if (candidates.get(row.tree, row.key) != null) {
            target.sum(row, line, DayRange.of(row.day), this::takeBucket);
        }
    }

    private void takeBucket(Row row, long line, long bucket, boolean treeFound) throws TransferException {
        Candidate candidate = candidates.get(row.tree, row.key);
        long others = candidate.others(row.day, bucket);
        if (CountBounds.overflows(others, row.count)) {
            String why = new CounterOverflowException(row.tree, row.key, others, row.day, row.count).getMessage();
            throw Target.refused(line, why + "; nothing was changed");
        }
        candidate.set(row.day, row.count, others);
    }
}
