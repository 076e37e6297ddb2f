package io.karmadb.bench;

import net.openhft.chronicle.bytes.RandomDataOutput;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;

/**
 * Chronicle Map alone, in memory: an entry has a key's total, a day and that day's count, which an increment changes in
 * place, under the entry's lock.
 */
public final class ChronicleCounters implements Counters {
    private static final int TOTAL = 0;
    private static final int DAY = 8;
    private static final int COUNT = 16;
    private static final int VALUE_BYTES = 24;

    private final ChronicleMap<Long, byte[]> map;
    private final int day;

    /**
     * Makes an empty map.
     *
     * @param keys how many it is made for
     * @param day whose buckets are counted in
     */
    public ChronicleCounters(long keys, int day) {
        this.day = day;
        map = ChronicleMapBuilder.of(Long.class, byte[].class)
                .constantValueSizeBySample(new byte[VALUE_BYTES])
                .entries(Math.max(1_000, keys))
                .putReturnsNull(true)
                .checksumEntries(false)
                .skipCloseOnExitHook(true)
                .create();
    }

    @Override
    public long increment(long key) {
        return add(key, 1);
    }

    @Override
    public long decrement(long key) {
        return add(key, -1);
    }

    private long add(long key, long amount) {
        try (ExternalMapQueryContext<Long, byte[], ?> context = map.queryContext(key)) {
            context.updateLock().lock();
            MapEntry<Long, byte[]> entry = context.entry();
            if (entry == null) {
                context.insert(context.absentEntry(), context.wrapValueAsData(new byte[VALUE_BYTES]));
                entry = context.entry();
            }
            Data<byte[]> value = entry.value();
            long at = value.offset();
            RandomDataOutput<?> bytes = (RandomDataOutput<?>) value.bytes();
            if (value.bytes().readLong(at + DAY) != day) {
                bytes.writeLong(at + DAY, day);
                bytes.writeLong(at + COUNT, 0);
            }
            bytes.writeLong(at + COUNT, value.bytes().readLong(at + COUNT) + amount);
            long total = value.bytes().readLong(at + TOTAL) + amount;
            bytes.writeLong(at + TOTAL, total);
            return total;
        }
    }

    @Override
    public long sum(long key) {
        try (ExternalMapQueryContext<Long, byte[], ?> context = map.queryContext(key)) {
            context.readLock().lock();
            Data<byte[]> value = context.entry().value();
            return value.bytes().readLong(value.offset() + TOTAL);
        }
    }

    @Override
    public void close() {
        map.close();
    }
}
