package io.karmadb.bench.paired;

import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/** A Chronicle Map as anybody would use it: from a key to the bytes of a page as long as a store's would be. */
final class PageMapPeer implements AutoCloseable {
    private static final int HEADER_BYTES = 2;
    private static final int BUCKET_BYTES = 2;

    private final ChronicleMap<Long, byte[]> map;

    PageMapPeer(long keys) {
        map = ChronicleMapBuilder.of(Long.class, byte[].class)
                .averageValueSize(HEADER_BYTES + 15 * BUCKET_BYTES)
                .entries(keys)
                .putReturnsNull(true)
                .checksumEntries(false)
                .skipCloseOnExitHook(true)
                .create();
    }

    void put(long key, int buckets) {
        map.put(key, new byte[HEADER_BYTES + buckets * BUCKET_BYTES]);
    }

    /** Gets a page, copied into an array that is used again. */
    long get(long key) {
        byte[] page = USED.get();
        byte[] found = map.getUsing(key, page);
        return found.length;
    }

    private static final ThreadLocal<byte[]> USED =
            ThreadLocal.withInitial(() -> new byte[HEADER_BYTES + 15 * BUCKET_BYTES]);

    @Override
    public void close() {
        map.close();
    }
}
