package io.karmadb.server.transfer;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.OutputStream;

/** Writes a JSON object on each line. */
final class JsonlWriter extends RowWriter {
    JsonlWriter(OutputStream out) {
        super(out);
    }

    @Override
    byte[] startOf(String treeName) {
        String quoted = '"' + new String(JsonStringEncoder.getInstance().quoteAsString(treeName)) + '"';
        return utf8("{\"tree\":" + quoted + ",\"key\":");
    }

    @Override
    void rest(long key, int day, long count) {
        put(key);
        put(",\"day\":");
        put(day);
        put(",\"count\":");
        put(count);
        put("}\n");
    }
}
