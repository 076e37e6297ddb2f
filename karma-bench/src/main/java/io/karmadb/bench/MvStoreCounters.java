package io.karmadb.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.LongDataType;

/**
 * H2's MVStore in a file, which it writes in the background and does not force for each command: a map from key to total
 * and the count of the day.
 */
public final class MvStoreCounters implements Counters {
    private final ScratchDirectory directory;
    private final MVStore store;
    private final MVMap<Long, Counter> map;
    private final int day;

    private MvStoreCounters(ScratchDirectory directory, int day) {
        this.directory = directory;
        this.day = day;
        store = new MVStore.Builder()
                .fileName(directory.path().resolve("counters.mv").toString())
                .open();
        map = store.openMap(
                "counters",
                new MVMap.Builder<Long, Counter>()
                        .keyType(LongDataType.INSTANCE)
                        .valueType(new CounterType()));
    }

    /**
     * Opens an empty store.
     *
     * @param day whose buckets are counted in
     * @return the counters
     */
    public static MvStoreCounters open(int day) {
        try {
            return new MvStoreCounters(ScratchDirectory.make(), day);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Counter(long total, int day, long count) {}

    @Override
    public long increment(long key) {
        return add(key, 1);
    }

    @Override
    public long decrement(long key) {
        return add(key, -1);
    }

    private long add(long key, long amount) {
        Counter found = map.operate(key, null, new MVMap.DecisionMaker<>() {
            @Override
            public MVMap.Decision decide(Counter existing, Counter provided) {
                return MVMap.Decision.PUT;
            }

            @Override
            public <T extends Counter> T selectValue(T existing, T provided) {
                @SuppressWarnings("unchecked") // Counter is final
                T value = (T)
                        (existing == null
                                ? new Counter(amount, day, amount)
                                : new Counter(existing.total() + amount, day, existing.count() + amount));
                return value;
            }
        });
        return found == null ? amount : found.total() + amount;
    }

    @Override
    public long sum(long key) {
        return map.get(key).total();
    }

    @Override
    public void close() {
        store.closeImmediately();
        directory.close();
    }

    private static final class CounterType extends BasicDataType<Counter> {
        private static final int MEMORY = 40;

        @Override
        public int getMemory(Counter counter) {
            return MEMORY;
        }

        @Override
        public void write(WriteBuffer buffer, Counter counter) {
            buffer.putVarLong(counter.total()).putVarInt(counter.day()).putVarLong(counter.count());
        }

        @Override
        public Counter read(ByteBuffer buffer) {
            return new Counter(
                    DataUtils.readVarLong(buffer), DataUtils.readVarInt(buffer), DataUtils.readVarLong(buffer));
        }

        @Override
        public Counter[] createStorage(int size) {
            return new Counter[size];
        }
    }
}
