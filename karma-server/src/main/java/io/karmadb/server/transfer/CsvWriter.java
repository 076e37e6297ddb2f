package io.karmadb.server.transfer;

import java.io.IOException;
import java.io.OutputStream;

/** Writes CSV as in RFC 4180: a header, lines that end in CR and LF, names in quotes where they need them. */
final class CsvWriter extends RowWriter {
    private static final String LINE_END = "\r\n";

    CsvWriter(OutputStream out) throws IOException {
        super(out);
        bytes(utf8(CsvParser.HEADER + LINE_END));
    }

    @Override
    byte[] startOf(String treeName) {
        boolean plain = treeName.chars().allMatch(c -> c > ' ' && c != '"' && c != ',' && c != 0x7F && c != 0xFEFF);
        return utf8((plain ? treeName : '"' + treeName.replace("\"", "\"\"") + '"') + ',');
    }

    @Override
    void rest(long key, int day, long count) {
        put(key);
        put(",");
        for (int power = 10_000_000; power > day && power > 1; power /= 10) {
            put("0");
        }
        put(day);
        put(",");
        put(count);
        put(LINE_END);
    }
}
