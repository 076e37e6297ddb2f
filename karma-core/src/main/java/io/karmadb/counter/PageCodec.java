package io.karmadb.counter;

/**
 * The bytes of a page: the buckets that one key has in one year, ascending by day. A day of a page is {@code MMDD}, the
 * lower four digits of a {@code YYYYMMDD}: 101 to 1231.
 *
 * <pre>
 * u16     the newest bucket's day, big-endian
 * varint  the oldest bucket's count
 * then for each further bucket: varint, its day less the day before it; varint, its count
 * </pre>
 *
 * <p>A <b>varint</b> is a number in groups of seven bits, the highest group first; every byte but the first has its top
 * bit set. So the last byte says whether another belongs before it, and a page can be read from its end: a newer
 * bucket adds bytes at the end, and the sum of recent days reads only the end. Read forward, a varint ends before the
 * next byte without the top bit.
 *
 * <p>An empty page has no bytes. Length and bytes are the caller's, so that nothing is allocated here; days and counts
 * must be valid, counts are unsigned.
 */
final class PageCodec {
    /** The most buckets a page can have. */
    static final int BUCKETS_MAX = 366;

    /** The bytes before the first count. */
    private static final int HEADER_BYTES = Short.BYTES;

    private static final int COUNT_BYTES_MAX = 10;
    private static final int DELTA_BYTES_MAX = 2;

    /**
     * The most bytes that one {@link #put} adds: the first bucket has a header and no delta, any other a delta of its
     * own and perhaps a byte more for its successor's.
     */
    static final int PUT_BYTES_MAX = COUNT_BYTES_MAX + DELTA_BYTES_MAX;

    /** The most bytes a page can have. A delta of two bytes skips more days than it costs bytes. */
    static final int PAGE_BYTES_MAX = HEADER_BYTES + BUCKETS_MAX * (COUNT_BYTES_MAX + 1);

    private PageCodec() {}

    /**
     * Puts a bucket, in place of that day's, if there is one.
     *
     * @param page its bytes, with room for {@link #PUT_BYTES_MAX} more
     * @param length the page's length
     * @param day the bucket's {@code MMDD}
     * @param count the unsigned count
     * @return the new length
     */
    static int put(byte[] page, int length, int day, long count) {
        assert day >= 101 && day <= 1231 : day;
        if (length == 0) {
            setNewestDay(page, day);
            return write(page, HEADER_BYTES, count);
        }
        int at = newestDay(page);
        if (day > at) {
            setNewestDay(page, day);
            return write(page, write(page, length, day - at), count);
        }
        int newer = 0; // the day of the bucket after that at "at", and where its count starts
        int newerStart = length;
        int end = length;
        while (true) {
            int start = startOf(page, end);
            if (day == at) {
                return splice(page, length, start, end, 0, count, 0);
            }
            if (day > at) {
                return splice(page, length, end, newerStart, day - at, count, newer - day);
            }
            if (start == HEADER_BYTES) {
                return splice(page, length, start, start, 0, count, at - day);
            }
            newer = at;
            newerStart = start;
            end = startOf(page, start);
            at -= (int) read(page, end, start);
        }
    }

    /** Puts numbers in place of the bytes from {@code from} to {@code to}; a delta of 0 is left out. */
    private static int splice(byte[] page, int length, int from, int to, int delta, long count, int nextDelta) {
        int bytes = (delta == 0 ? 0 : bytesOf(delta)) + bytesOf(count) + (nextDelta == 0 ? 0 : bytesOf(nextDelta));
        System.arraycopy(page, to, page, from + bytes, length - to);
        int at = delta == 0 ? from : write(page, from, delta);
        at = write(page, at, count);
        at = nextDelta == 0 ? at : write(page, at, nextDelta);
        assert at == from + bytes;
        return length - (to - from) + bytes;
    }

    /**
     * Sums the buckets of a range.
     *
     * @param page its bytes
     * @param length the page's length
     * @param first the first {@code MMDD}
     * @param last the last {@code MMDD}
     * @param exceptDay an {@code MMDD} to leave out, or 0
     * @return the unsigned sum
     */
    static long sum(byte[] page, int length, int first, int last, int exceptDay) {
        if (length == 0) {
            return 0;
        }
        long sum = 0;
        int day = newestDay(page);
        int end = length;
        while (day >= first) {
            int start = startOf(page, end);
            if (day <= last && day != exceptDay) {
                sum += read(page, start, end);
            }
            if (start == HEADER_BYTES) {
                break;
            }
            end = startOf(page, start);
            day -= (int) read(page, end, start);
        }
        return sum;
    }

    /**
     * Appends the buckets of a range to a list, in ascending order of days.
     *
     * @param page its bytes
     * @param length the page's length
     * @param first the first {@code MMDD}
     * @param last the last {@code MMDD}
     * @param exceptDay an {@code MMDD} to leave out, or 0
     * @param year what to add to each day: {@code YYYY0000}
     * @param into receives the buckets
     */
    static void collect(byte[] page, int length, int first, int last, int exceptDay, int year, BucketBuffer into) {
        if (length == 0 || newestDay(page) < first) {
            return;
        }
        int day = newestDay(page);
        int start = startOf(page, length);
        while (start > HEADER_BYTES) { // back to the first bucket of the range ...
            int deltaStart = startOf(page, start);
            int older = day - (int) read(page, deltaStart, start);
            if (older < first) {
                break;
            }
            day = older;
            start = startOf(page, deltaStart);
        }
        while (day <= last) { // ... and forward from there
            int end = endOf(page, start, length);
            if (day != exceptDay) {
                into.add(year + day, read(page, start, end));
            }
            if (end == length) {
                return;
            }
            start = endOf(page, end, length);
            day += (int) read(page, end, start);
        }
    }

    /**
     * Removes the buckets of a range.
     *
     * @param page its bytes
     * @param length the page's length
     * @param first the first {@code MMDD}
     * @param last the last {@code MMDD}
     * @return the new length, never more than the old one; 0 if no bucket is left
     */
    static int delete(byte[] page, int length, int first, int last) {
        if (length == 0 || first > last) {
            return length;
        }
        int day = newestDay(page);
        int end = length;
        int newer = 0; // the oldest day above the range, 0 if there is none, and where its count starts
        int newerStart = length;
        while (day > last) {
            newer = day;
            newerStart = startOf(page, end);
            if (newerStart == HEADER_BYTES) {
                return length;
            }
            end = startOf(page, newerStart);
            day -= (int) read(page, end, newerStart);
        }
        while (day >= first) {
            int start = startOf(page, end);
            if (start == HEADER_BYTES) { // nothing is older than the range
                System.arraycopy(page, newerStart, page, HEADER_BYTES, length - newerStart);
                return newer == 0 ? 0 : HEADER_BYTES + length - newerStart;
            }
            end = startOf(page, start);
            day -= (int) read(page, end, start);
        }
        if (newer == 0) {
            setNewestDay(page, day);
            return end;
        }
        int at = end + bytesOf(newer - day);
        assert at <= newerStart : "the deltas and counts that go take no less room than the new delta";
        write(page, end, newer - day);
        System.arraycopy(page, newerStart, page, at, length - newerStart);
        return at + length - newerStart;
    }

    /**
     * Returns the newest bucket's day.
     *
     * @param page the bytes of a page that is not empty
     * @return its {@code MMDD}
     */
    static int newestDay(byte[] page) {
        return (page[0] & 0xff) << 8 | page[1] & 0xff;
    }

    private static void setNewestDay(byte[] page, int day) {
        page[0] = (byte) (day >>> 8);
        page[1] = (byte) day;
    }

    /** Where the varint starts that ends before {@code end}. */
    private static int startOf(byte[] page, int end) {
        int start = end - 1;
        while (page[start] < 0) {
            start--;
        }
        assert start >= HEADER_BYTES;
        return start;
    }

    /** Where the varint ends that starts at {@code start}. */
    private static int endOf(byte[] page, int start, int length) {
        int end = start + 1;
        while (end < length && page[end] < 0) {
            end++;
        }
        return end;
    }

    private static long read(byte[] page, int start, int end) {
        long value = page[start];
        for (int i = start + 1; i < end; i++) {
            value = value << 7 | page[i] & 0x7f;
        }
        return value;
    }

    private static int write(byte[] page, int at, long value) {
        int end = at + bytesOf(value);
        long rest = value;
        for (int i = end - 1; i > at; i--) {
            page[i] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        page[at] = (byte) rest;
        return end;
    }

    private static int bytesOf(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }
}
