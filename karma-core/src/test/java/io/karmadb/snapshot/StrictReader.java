package io.karmadb.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.msgpack.core.MessagePack;
import org.msgpack.value.ImmutableValue;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

/** Reads a snapshot with another implementation of MessagePack, as an older server does: the fields it knows, and no more. */
final class StrictReader {
    private StrictReader() {}

    static SortedMap<Long, SortedMap<Integer, Long>> read(byte[] file) {
        Map<Value, Value> fields = fields(file);
        int branchCount = field(fields, "branches_num").asIntegerValue().asInt();
        var branches = field(fields, "branches").asArrayValue().list();
        if (branches.size() != branchCount) {
            throw new IllegalStateException("branches_num=" + branchCount + ", branches=" + branches.size());
        }
        SortedMap<Long, SortedMap<Integer, Long>> content = new TreeMap<>();
        for (int branch = 0; branch < branchCount; branch++) {
            for (var counter : branches.get(branch).asMapValue().entrySet()) {
                long key = counter.getKey().asIntegerValue().asBigInteger().longValue();
                if (Long.remainderUnsigned(key, branchCount) != branch) {
                    throw new IllegalStateException("key=" + key + ", branch=" + branch);
                }
                content.put(key, daysOf(counter.getValue().asMapValue().map()));
            }
        }
        return content;
    }

    private static SortedMap<Integer, Long> daysOf(Map<Value, Value> counter) {
        SortedMap<Integer, Long> days = new TreeMap<>();
        long sum = 0;
        for (var bucket : field(counter, "table").asMapValue().entrySet()) {
            long count = bucket.getValue().asIntegerValue().asBigInteger().longValue();
            days.put(bucket.getKey().asIntegerValue().asInt(), count);
            sum += count;
        }
        long total = field(counter, "total").asIntegerValue().asBigInteger().longValue();
        if (sum != total || counter.size() != 2) {
            throw new IllegalStateException("sum=" + sum + ", counter=" + counter);
        }
        return days;
    }

    static Map<Value, Value> fields(byte[] file) {
        try (var unpacker = MessagePack.newDefaultUnpacker(file)) {
            ImmutableValue value = unpacker.unpackValue();
            if (unpacker.hasNext()) {
                throw new IllegalStateException("bytes after the tree");
            }
            return new HashMap<>(value.asMapValue().map());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Value field(Map<Value, Value> fields, String name) {
        Value value = fields.get(ValueFactory.newString(name));
        if (value == null) {
            throw new IllegalStateException("no field " + name);
        }
        return value;
    }
}
