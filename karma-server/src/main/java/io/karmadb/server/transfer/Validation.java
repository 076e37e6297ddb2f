package io.karmadb.server.transfer;

import java.io.IOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The first look at a file: all of it is read, and nothing is sent before it is known to be good. */
final class Validation {
    private static final int PROBLEMS_MAX = 20;

    private final List<String> problems = new ArrayList<>();
    private long badLines;
    private long rows;
    private Row latest;
    private long latestLine;
    private String longestTree = "";
    private int longestBytes;
    private long longestLine;
    private String sha256;
    private final CountBounds bounds = new CountBounds();

    // The row before, to add up counts that follow each other.
    private String lastTree;
    private long lastKey;
    private int lastDay;
    private long sum;

    private Validation() {}

    static Validation of(InputFile file, Format format, ProgressBar progress) throws TransferException {
        Validation validation = new Validation();
        progress.begin("checking", 0);
        MessageDigest digest = InputFile.newDigest();
        try (RowReader reader = new RowReader(new DigestInputStream(file.read(0), digest), format, 0, 1)) {
            validation.readAll(reader, file, progress);
        } catch (IOException e) {
            throw new TransferException("cannot read the file: " + e, e);
        }
        validation.sha256 = HexFormat.of().formatHex(digest.digest());
        progress.clear();
        return validation;
    }

    private void readAll(RowReader reader, InputFile file, ProgressBar progress) throws IOException {
        Row row = new Row();
        while (true) {
            try {
                if (!reader.next(row)) {
                    return;
                }
                rows++;
                look(row, reader.line());
            } catch (BadRowException e) {
                badLines++;
                if (problems.size() < PROBLEMS_MAX) {
                    problems.add("line " + reader.line() + ": " + e.getMessage());
                }
            }
            progress.row(rows, reader.endOffset(), file.bytes());
        }
    }

    private void look(Row row, long line) throws BadRowException {
        if (latest == null || row.day > latest.day) {
            latest = row.copy();
            latestLine = line;
        }
        if (!row.tree.equals(lastTree)) {
            int bytes = bytesInRequest(row.tree);
            if (bytes > longestBytes) {
                longestBytes = bytes;
                longestTree = row.tree;
                longestLine = line;
            }
        }
        bounds.add(row.tree, row.key, row.count);
        // Of days that ascend none replaces another, so that their counts would be there together.
        boolean goesOn = row.key == lastKey && row.tree.equals(lastTree) && row.day > lastDay;
        boolean fits = !goesOn || Long.compareUnsigned(sum + row.count, sum) >= 0;
        sum = goesOn && fits ? sum + row.count : row.count;
        lastTree = row.tree;
        lastKey = row.key;
        lastDay = row.day;
        if (!fits) {
            throw new BadRowException("with this count the key's total would pass 18446744073709551615");
        }
    }

    /** Returns about how long a name is as JSON in UTF-8. */
    private static int bytesInRequest(String name) {
        int bytes = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            bytes += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }

    boolean isGood() {
        return badLines == 0;
    }

    /** Returns what is wrong with the first bad lines. */
    List<String> problems() {
        return problems;
    }

    long badLines() {
        return badLines;
    }

    long rows() {
        return rows;
    }

    /** Returns the first row with the latest day, null if there is none. */
    Row latest() {
        return latest;
    }

    long latestLine() {
        return latestLine;
    }

    /** Returns the name of a tree that makes a request longest. */
    String longestTree() {
        return longestTree;
    }

    long longestLine() {
        return longestLine;
    }

    /** Returns what the counts of keys add up to at most. */
    CountBounds bounds() {
        return bounds;
    }

    /** Returns what tells the content of the file from any other. */
    String sha256() {
        return sha256;
    }
}
