package io.karmadb.server.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One import of a file that was found good: sets its buckets one after the other, and keeps how far it has got. */
final class Import {
    /** After so many rows the import waits until all are durable, and notes how far it has got. */
    static final int ROWS_PER_NOTE = 20_000;

    private final InputFile file;
    private final Validation validation;
    private final Target target;
    private final ProgressBar progress;

    /** Null if nothing is noted. */
    private final Path stateFile;

    private ImportState state;

    /**
     * Prepares an import.
     *
     * @param start where to begin
     * @param stateFile where to note how far it has got, null for nowhere
     */
    Import(
            InputFile file,
            Validation validation,
            Target target,
            ImportState start,
            Path stateFile,
            ProgressBar progress) {
        this.file = file;
        this.validation = validation;
        this.target = target;
        this.state = start;
        this.stateFile = stateFile;
        this.progress = progress;
    }

    /** Imports the rest of the file. */
    void run() throws TransferException {
        target.check(validation);
        checkTotals();
        progress.begin("importing", state.rows());
        try (RowReader reader =
                new RowReader(file.read(state.offset()), state.format(), state.offset(), state.line())) {
            Row row = new Row();
            long rows = state.rows();
            while (reader.next(row)) {
                target.set(row, reader.line());
                rows++;
                if (rows % ROWS_PER_NOTE == 0) {
                    note(state.at(reader.endOffset(), reader.nextLine(), rows));
                }
                progress.row(rows, reader.endOffset(), file.bytes());
            }
            note(state.at(reader.endOffset(), reader.nextLine(), rows));
            if (rows != validation.rows() || !file.isUnchanged()) {
                throw new TransferException("the file changed while it was imported: rows at first=" + validation.rows()
                        + ", in the end=" + rows);
            }
        } catch (BadRowException e) {
            throw new TransferException("the file changed while it was imported: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new TransferException("cannot read the file, or note how far the import has got: " + e, e);
        }
        target.finish();
        forget();
    }

    private void checkTotals() throws TransferException {
        try {
            new OverflowCheck(file, validation.bounds(), target, state, progress, OverflowCheck.CANDIDATES_MAX).run();
        } catch (BadRowException e) {
            throw new TransferException("the file changed while it was compared: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new TransferException("cannot read the file: " + e, e);
        }
    }

    private void note(ImportState reached) throws TransferException, IOException {
        target.flush();
        state = reached;
        if (stateFile != null) {
            state.write(stateFile);
        }
    }

    private void forget() throws TransferException {
        if (stateFile != null) {
            try {
                Files.deleteIfExists(stateFile);
            } catch (IOException e) {
                throw new TransferException("all rows are imported, but the note of that cannot be deleted: " + e, e);
            }
        }
    }

    /** Returns how many rows are known to be durable. */
    long rows() {
        return state.rows();
    }
}
