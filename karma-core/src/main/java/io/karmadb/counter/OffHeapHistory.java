package io.karmadb.counter;

import io.karmadb.HistoryKind;
import java.util.Arrays;

/**
 * A history outside the heap, in Chronicle Maps. A map cannot grow, so a full one gets one of four times its size
 * beside it, and no page moves for that: a page stays in its map until it needs more room there than the map has, and
 * only then moves to a map that has it. The bits of a locator say which maps hold pages of the key; a page is in one.
 *
 * <p><b>Threads:</b> as {@link History} says. A virtual thread's work is done by one of a few platform threads: at its
 * first use of a map a thread gets its own objects there, and looks through those of all living threads.
 *
 * <p><b>Failure:</b> a change is worked out in memory of the thread's own, and room is found, before a map is touched.
 */
final class OffHeapHistory implements History {
    /** A tree with a few keys takes some ten kilobytes. */
    private static final long ENTRIES_AT_FIRST = 256;

    private static final int GROWTH = 4;

    /** What only a history of a thousand million pages would exceed; later maps are no larger. */
    private static final long ENTRIES_MAX = 1L << 28;

    /** How many times a smaller map is tried; much smaller ones would soon be more than a locator can name. */
    private static final int REFUSALS_MAX = 2;

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final Years years = new Years();
    private final Object growth = new Object();
    private volatile PageMap[] maps = {}; // written under growth

    /** Makes an empty history; {@link HistoryFactory} has seen to what it needs. */
    OffHeapHistory() {}

    /** What one thread needs to work on a page. Goes with its thread. */
    private static final class Scratch {
        final PageKey key = new PageKey();
        final Page page = new Page();

        /** What {@link PageMap#prefetch} told last, written so that it is read. */
        long fetched;
    }

    @Override
    public int put(long key, int locator, int day, long count) {
        if (PlatformThreads.needed()) {
            return PlatformThreads.call(() -> put(key, locator, day, count));
        }
        int year = Years.of(day);
        int dayOfYear = Years.dayOfYear(day);
        years.add(year);
        Scratch scratch = SCRATCH.get();
        scratch.key.set(key, year);
        PageMap[] current = maps;
        for (int rest = locator; rest != 0; rest &= ~Integer.highestOneBit(rest)) {
            PageMap map = newestOf(rest, current);
            switch (map.putBucket(scratch.key, dayOfYear, count, scratch.page)) {
                case DONE -> {
                    return locator;
                }
                case NO_ROOM -> {
                    return move(scratch, map, key, locator);
                }
                case NO_PAGE -> {
                    // then a map that is older has it, or none
                }
            }
        }
        scratch.page.clear();
        scratch.page.put(dayOfYear, count);
        PageMap target = withRoom(null);
        target.add(scratch.key, scratch.page);
        return locator | 1 << target.index();
    }

    /** Moves a page that would have had to grow where it is. */
    private int move(Scratch scratch, PageMap from, long key, int locator) {
        PageMap target = withRoom(from);
        target.add(scratch.key, scratch.page);
        try {
            from.remove(scratch.key);
        } catch (Throwable e) {
            target.remove(scratch.key);
            throw e;
        }
        int moved = locator | 1 << target.index();
        return hasPages(from, scratch, key) ? moved : moved & ~(1 << from.index());
    }

    @Override
    public int putAll(long key, BucketBuffer buckets, int from, int to) {
        if (PlatformThreads.needed()) {
            return PlatformThreads.call(() -> putAll(key, buckets, from, to));
        }
        Scratch scratch = SCRATCH.get();
        int locator = NOWHERE;
        int done = from;
        try {
            while (done < to) {
                int year = Years.of(buckets.day(done));
                years.add(year);
                scratch.key.set(key, year);
                scratch.page.clear();
                int i = done;
                for (; i < to && Years.of(buckets.day(i)) == year; i++) {
                    scratch.page.put(Years.dayOfYear(buckets.day(i)), buckets.count(i));
                }
                PageMap target = withRoom(null);
                target.addNew(scratch.key, scratch.page);
                locator |= 1 << target.index();
                done = i;
            }
        } catch (Throwable e) {
            if (done > from) {
                delete(key, locator, buckets.day(from), buckets.day(done - 1));
            }
            throw e;
        }
        return locator;
    }

    @Override
    public void collect(long key, int locator, int first, int last, int exceptDay, BucketBuffer into) {
        if (locator == NOWHERE) {
            return;
        }
        if (PlatformThreads.needed()) {
            PlatformThreads.run(() -> collect(key, locator, first, last, exceptDay, into));
            return;
        }
        Scratch scratch = SCRATCH.get();
        int[] sorted = years.sorted();
        for (int i = Years.indexFrom(sorted, first); i < sorted.length && sorted[i] <= Years.of(last); i++) {
            int year = sorted[i];
            scratch.key.set(key, year);
            if (load(scratch, locator) != null) {
                scratch.page.collect(
                        Years.firstIn(year, first),
                        Years.lastIn(year, last),
                        Years.exceptIn(year, exceptDay),
                        year,
                        into);
            }
        }
    }

    @Override
    public long sum(long key, int locator, int first, int last, int exceptDay) {
        if (locator == NOWHERE) {
            return 0;
        }
        if (PlatformThreads.needed()) {
            return PlatformThreads.call(() -> sum(key, locator, first, last, exceptDay));
        }
        Scratch scratch = SCRATCH.get();
        long sum = 0;
        int[] sorted = years.sorted();
        for (int i = Years.indexFrom(sorted, first); i < sorted.length && sorted[i] <= Years.of(last); i++) {
            int year = sorted[i];
            scratch.key.set(key, year);
            if (load(scratch, locator) != null) {
                sum += scratch.page.sum(
                        Years.firstIn(year, first), Years.lastIn(year, last), Years.exceptIn(year, exceptDay));
            }
        }
        return sum;
    }

    @Override
    public void prefetch(long key, int first, int last) {
        PageMap[] current = maps;
        if (current.length == 0 || PlatformThreads.needed()) {
            return;
        }
        int[] sorted = years.sorted();
        int newest = sorted.length - 1;
        while (newest >= 0 && sorted[newest] > Years.of(last)) {
            newest--;
        }
        if (newest >= 0 && sorted[newest] >= Years.of(first)) {
            Scratch scratch = SCRATCH.get();
            scratch.key.set(key, sorted[newest]);
            scratch.fetched = current[current.length - 1].prefetch(scratch.key);
        }
    }

    @Override
    public int delete(long key, int locator, int first, int last) {
        if (locator == NOWHERE) {
            return NOWHERE;
        }
        if (PlatformThreads.needed()) {
            return PlatformThreads.call(() -> delete(key, locator, first, last));
        }
        Scratch scratch = SCRATCH.get();
        int left = 0; // the maps that a page has gone from
        int[] sorted = years.sorted();
        for (int i = Years.indexFrom(sorted, first); i < sorted.length && sorted[i] <= Years.of(last); i++) {
            int year = sorted[i];
            scratch.key.set(key, year);
            PageMap holder = load(scratch, locator);
            if (holder == null) {
                continue;
            }
            int oldLength = scratch.page.length();
            scratch.page.delete(Years.firstIn(year, first), Years.lastIn(year, last));
            if (scratch.page.length() == 0) {
                holder.remove(scratch.key);
                left |= 1 << holder.index();
            } else if (scratch.page.length() < oldLength) {
                holder.shrink(scratch.key, scratch.page);
            }
        }
        return withoutEmpty(locator, left, scratch, key);
    }

    private int withoutEmpty(int locator, int left, Scratch scratch, long key) {
        PageMap[] current = maps;
        int result = locator;
        for (int rest = left; rest != 0; rest &= rest - 1) {
            int bit = Integer.lowestOneBit(rest);
            if (!hasPages(current[Integer.numberOfTrailingZeros(bit)], scratch, key)) {
                result &= ~bit;
            }
        }
        return result;
    }

    private boolean hasPages(PageMap map, Scratch scratch, long key) {
        for (int year : years.sorted()) {
            scratch.key.set(key, year);
            if (map.contains(scratch.key)) {
                return true;
            }
        }
        return false;
    }

    /** Loads the page of the key in {@code scratch}; without one the page is empty, and the result null. */
    private PageMap load(Scratch scratch, int locator) {
        PageMap[] current = maps;
        for (int rest = locator; rest != 0; rest &= ~Integer.highestOneBit(rest)) {
            PageMap map = newestOf(rest, current);
            if (map.read(scratch.key, scratch.page)) {
                return map;
            }
        }
        scratch.page.clear();
        return null;
    }

    /** The newest of the maps that a locator names, not {@link #NOWHERE}: the largest, where most pages are. */
    private static PageMap newestOf(int locator, PageMap[] current) {
        return current[Integer.SIZE - 1 - Integer.numberOfLeadingZeros(locator)];
    }

    /** The newest map with room but for one, which may be null; a new map, if there is none. */
    private PageMap withRoom(PageMap except) {
        PageMap map = newestWithRoom(except);
        return map == null ? grow(except) : map;
    }

    private PageMap newestWithRoom(PageMap except) {
        PageMap[] current = maps;
        for (int i = current.length - 1; i >= 0; i--) {
            if (current[i] != except && current[i].hasRoom()) {
                return current[i];
            }
        }
        return null;
    }

    private PageMap grow(PageMap except) {
        synchronized (growth) {
            PageMap other = newestWithRoom(except);
            if (other != null) { // made by another thread meanwhile
                return other;
            }
            PageMap[] current = maps;
            if (current.length == LOCATOR_BITS) {
                throw new IllegalStateException("history has as many maps as a locator can name: maps=" + LOCATOR_BITS
                        + ", bytes=" + bytes() + "; use HistoryKind." + HistoryKind.ON_HEAP);
            }
            PageMap[] more = Arrays.copyOf(current, current.length + 1);
            more[current.length] = newMap(current.length);
            maps = more;
            return more[current.length];
        }
    }

    /** A smaller map, if the system refuses one of the size that is due: it may, though much memory is free. */
    private static PageMap newMap(int index) {
        long entries = entriesOf(index);
        for (int refused = 0; ; refused++) {
            try {
                return new PageMap(index, entries);
            } catch (OutOfMemoryError e) {
                if (refused == REFUSALS_MAX || entries == ENTRIES_AT_FIRST) {
                    throw e;
                }
                entries /= GROWTH;
            }
        }
    }

    private static long entriesOf(int index) {
        long entries = ENTRIES_AT_FIRST;
        for (int i = 0; i < index; i++) {
            entries *= GROWTH;
        }
        return Math.min(entries, ENTRIES_MAX);
    }

    /** The maps, oldest first; not to be changed. */
    PageMap[] maps() {
        return maps;
    }

    @Override
    public long bytes() {
        long bytes = 0;
        for (PageMap map : maps) {
            bytes += map.bytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        synchronized (growth) {
            PageMap[] current = maps;
            maps = new PageMap[0];
            for (PageMap map : current) {
                map.close();
            }
        }
    }
}
