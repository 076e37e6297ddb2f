package io.karmadb.bench;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A {@code ConcurrentHashMap<Long, AtomicLong>}: totals without days that nobody remembers, and so the limit. */
public final class MapCounters implements Counters {
    private final ConcurrentHashMap<Long, AtomicLong> map = new ConcurrentHashMap<>();

    /** Makes an empty map. */
    public MapCounters() {}

    @Override
    public long increment(long key) {
        return counter(key).incrementAndGet();
    }

    @Override
    public long decrement(long key) {
        return counter(key).decrementAndGet();
    }

    private AtomicLong counter(long key) {
        AtomicLong counter = map.get(key);
        return counter != null ? counter : map.computeIfAbsent(key, missing -> new AtomicLong());
    }

    @Override
    public long sum(long key) {
        return map.get(key).get();
    }

    @Override
    public void close() {
        map.clear();
    }
}
