package io.karmadb.server.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** How rows are written as text. */
enum Format {
    CSV {
        @Override
        RowWriter writer(OutputStream out) throws IOException {
            return new CsvWriter(out);
        }

        @Override
        RowParser parser() {
            return new CsvParser();
        }
    },
    JSONL {
        @Override
        RowWriter writer(OutputStream out) {
            return new JsonlWriter(out);
        }

        @Override
        RowParser parser() {
            return new JsonlParser();
        }
    };

    /** Begins to write. */
    abstract RowWriter writer(OutputStream out) throws IOException;

    abstract RowParser parser();

    /** Returns the format that a file's name tells, CSV if it tells none. */
    static Format ofName(String file) {
        String name = file == null ? "" : file.toLowerCase(Locale.ROOT);
        return name.endsWith(".jsonl") || name.endsWith(".ndjson") ? JSONL : CSV;
    }
}
