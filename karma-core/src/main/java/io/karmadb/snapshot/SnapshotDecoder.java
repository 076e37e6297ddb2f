package io.karmadb.snapshot;

import io.karmadb.CorruptionException;
import io.karmadb.Day;
import io.karmadb.KarmaStore;
import io.karmadb.counter.BucketBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Reads one snapshot file, of ours or of an older server, and checks all there is to check: the format is described at
 * the package. What it needs in memory grows with what the file has, never with what it claims.
 *
 * <p>For one file and one thread. <b>Failure:</b> a {@link CorruptionException}; what the sink has been given by then is
 * to be thrown away.
 */
final class SnapshotDecoder {
    static final String BRANCHES_NUM = "branches_num";
    static final String BRANCHES = "branches";
    static final String STORE = "store";
    static final String TREE_NAME = "tree_name";
    static final String LSN = "lsn";
    static final String CRC = "crc";

    /** {@code "table"} and {@code "total"} in their shortest form. */
    static final byte[] TABLE = encoded("table");

    static final byte[] TOTAL = encoded("total");

    /** The most branches that a file may have: far above what any server uses. */
    static final int BRANCHES_MAX = 1 << 20;

    private static final int FIELD_NAME_BYTES_MAX = 255;
    static final int STORE_BYTES_MAX = 255;

    /** The fewest bytes of a field: an empty name and a value of one byte. */
    private static final int FIELD_BYTES_MIN = 2;

    /** The fewest bytes of a counter: key, map header, two names, an empty table and a total. */
    private static final int COUNTER_BYTES_MIN = 16;

    /** The fewest bytes of a bucket: the first day of all takes three, a count at least one. */
    private static final int BUCKET_BYTES_MIN = 4;

    private final MessagePackInput input;
    private final CounterSink sink;
    private final BucketBuffer buckets = new BucketBuffer();
    private final BucketBuffer sortedBuckets = new BucketBuffer();
    private long[] daysAndIndexes = new long[0];

    private long branchesNum = -1;
    private long branchCount = -1;
    private long keys;

    /** The sum of the counts of the table that was read last. */
    private long tableSum;

    private String store;
    private String treeName;
    private long lsn = -1;
    private boolean hasCrc;
    private long branchesNumOffset;
    private String unknownField;
    private long unknownFieldOffset;

    SnapshotDecoder(MessagePackInput input, CounterSink sink) {
        this.input = input;
        this.sink = sink;
    }

    private static byte[] encoded(String field) {
        byte[] octets = new byte[field.length() + 1];
        octets[0] = (byte) (0xA0 | field.length());
        System.arraycopy(field.getBytes(StandardCharsets.US_ASCII), 0, octets, 1, field.length());
        return octets;
    }

    long keys() {
        return keys;
    }

    String store() {
        return store;
    }

    String treeName() {
        return treeName;
    }

    long lsn() {
        return lsn;
    }

    /** Reads the whole file. */
    void decode() throws IOException {
        long fields = input.readMapHeader("the map of a snapshot", FIELD_BYTES_MIN);
        for (long field = 1; field <= fields; field++) {
            readField(field == fields);
        }
        if (input.bytesLeft() != 0) {
            throw input.corrupt(input.offset(), "the end of the file", input.bytesLeft() + " more bytes");
        }
        checkFields();
    }

    private void readField(boolean last) throws IOException {
        long start = input.offset();
        String field = input.readString("the name of a field", FIELD_NAME_BYTES_MAX);
        switch (field) {
            case BRANCHES_NUM -> {
                refuseSecond(branchesNum >= 0, field, start);
                branchesNumOffset = start;
                branchesNum = readLimited("the number of branches", 1, BRANCHES_MAX);
            }
            case BRANCHES -> {
                refuseSecond(branchCount >= 0, field, start);
                readBranches();
            }
            case STORE -> {
                refuseSecond(store != null, field, start);
                store = readText("the id of a store", STORE_BYTES_MAX);
            }
            case TREE_NAME -> {
                refuseSecond(treeName != null, field, start);
                treeName = readText("the name of a tree", KarmaStore.TREE_NAME_BYTES_MAX);
            }
            case LSN -> {
                refuseSecond(lsn >= 0, field, start);
                lsn = readLimited("an LSN", 0, Long.MAX_VALUE);
            }
            case CRC -> {
                if (!last) {
                    throw input.corrupt(start, CRC + " as the last field", "more fields after it");
                }
                readCrc();
            }
            default -> {
                if (unknownField == null) {
                    unknownField = field;
                    unknownFieldOffset = start;
                }
                input.skipValue();
            }
        }
    }

    private void refuseSecond(boolean seen, String field, long start) {
        if (seen) {
            throw input.corrupt(start, "each field once", field + " again");
        }
    }

    private long readLimited(String what, long min, long max) throws IOException {
        long start = input.offset();
        long value = input.readUnsigned(what);
        if (Long.compareUnsigned(value, min) < 0 || Long.compareUnsigned(value, max) > 0) {
            throw input.corrupt(start, what + " from " + min + " to " + max, Long.toUnsignedString(value));
        }
        return value;
    }

    private String readText(String what, int bytesMax) throws IOException {
        long start = input.offset();
        String text = input.readString(what, bytesMax);
        if (text.isEmpty()) {
            throw input.corrupt(start, what, "an empty string");
        }
        return text;
    }

    private void readCrc() throws IOException {
        int computed = input.checksum();
        long start = input.offset();
        int found = input.readFixedUnsigned32("a CRC-32C of five bytes");
        if (found != computed) {
            throw input.corrupt(
                    start,
                    "crc=" + HexFormat.of().toHexDigits(computed) + ", the CRC-32C of all bytes before",
                    "crc=" + HexFormat.of().toHexDigits(found));
        }
        hasCrc = true;
    }

    private void readBranches() throws IOException {
        long start = input.offset();
        branchCount = input.readArrayHeader("the array of branches", 1);
        if (branchCount < 1 || branchCount > BRANCHES_MAX) {
            throw input.corrupt(start, "1 to " + BRANCHES_MAX + " branches", Long.toString(branchCount));
        }
        for (long branch = 0; branch < branchCount; branch++) {
            readBranch(branch);
        }
    }

    private void readBranch(long branch) throws IOException {
        long start = input.offset();
        long size = input.readMapHeader("the map of a branch", COUNTER_BYTES_MIN);
        if (size > KeySet.KEYS_MAX) {
            throw input.corrupt(start, "a branch of at most " + KeySet.KEYS_MAX + " keys", Long.toString(size));
        }
        sink.startBranch((int) size);
        for (long i = 0; i < size; i++) {
            readCounter(branch);
        }
        keys += size;
    }

    private void readCounter(long branch) throws IOException {
        long start = input.offset();
        long key = input.readUnsigned("a key");
        if (Long.remainderUnsigned(key, branchCount) != branch) {
            throw input.corrupt(
                    start,
                    "a key of branch " + branch + " of " + branchCount,
                    "key " + Long.toUnsignedString(key) + " of branch " + Long.remainderUnsigned(key, branchCount));
        }
        long mapStart = input.offset();
        long fields = input.readMapHeader("the map of a counter", FIELD_BYTES_MIN);
        if (fields != 2) {
            throw input.corrupt(mapStart, "a counter with table and total", "a map with " + fields + " fields");
        }
        BucketBuffer table;
        long total;
        if (readIsTable(key)) {
            table = readTable(key);
            requireTotalField(key);
            total = input.readUnsigned("a total");
        } else {
            total = input.readUnsigned("a total");
            requireTableField(key);
            table = readTable(key);
        }
        if (tableSum != total) {
            throw input.corrupt(
                    start,
                    "key " + Long.toUnsignedString(key) + " with the total " + Long.toUnsignedString(tableSum)
                            + ", the sum of its buckets",
                    "the total " + Long.toUnsignedString(total));
        }
        if (!sink.accept(key, table)) {
            throw input.corrupt(start, "each key once", "key " + Long.toUnsignedString(key) + " again");
        }
    }

    private boolean readIsTable(long key) throws IOException {
        if (input.skipIfNext(TABLE)) {
            return true;
        }
        if (input.skipIfNext(TOTAL)) {
            return false;
        }
        long start = input.offset();
        String field = input.readString("table or total", FIELD_NAME_BYTES_MAX); // another form of the string's header
        if (!field.equals("table") && !field.equals("total")) {
            throw input.corrupt(
                    start, "table or total of key " + Long.toUnsignedString(key), "the field \"" + field + "\"");
        }
        return field.equals("table");
    }

    private void requireTotalField(long key) throws IOException {
        long start = input.offset();
        if (readIsTable(key)) {
            throw input.corrupt(start, "the total of key " + Long.toUnsignedString(key), "a second table");
        }
    }

    private void requireTableField(long key) throws IOException {
        long start = input.offset();
        if (!readIsTable(key)) {
            throw input.corrupt(start, "the table of key " + Long.toUnsignedString(key), "a second total");
        }
    }

    /** Reads a table; what it returns is valid until the next one is read. */
    private BucketBuffer readTable(long key) throws IOException {
        long start = input.offset();
        long size = input.readMapHeader("the map of a table", BUCKET_BYTES_MIN);
        buckets.clear();
        boolean ascending = true;
        int dayBefore = 0;
        long sum = 0;
        for (long i = 0; i < size; i++) {
            int day = readDay(key);
            long count = input.readUnsigned("a count");
            ascending &= day > dayBefore;
            dayBefore = day;
            buckets.add(day, count);
            sum += count;
            if (Long.compareUnsigned(sum, count) < 0) {
                throw input.corrupt(
                        start,
                        "buckets of key " + Long.toUnsignedString(key) + " whose sum fits in 64 bits",
                        "a larger sum");
            }
        }
        tableSum = sum;
        return ascending ? buckets : sorted(key, start);
    }

    private int readDay(long key) throws IOException {
        long start = input.offset();
        long day = input.readUnsigned("a day");
        if (day != (int) day || !Day.isValid((int) day)) {
            throw input.corrupt(
                    start,
                    "a day of the calendar as YYYYMMDD for key " + Long.toUnsignedString(key),
                    Long.toUnsignedString(day));
        }
        return (int) day;
    }

    /**
     * Returns the buckets that were read in ascending order, refusing a day that is there twice. Older servers write days
     * as they came; a sort, since inserting them one by one takes quadratic time.
     */
    private BucketBuffer sorted(long key, long start) {
        int size = buckets.size();
        if (daysAndIndexes.length < size) {
            daysAndIndexes = new long[size];
        }
        for (int i = 0; i < size; i++) {
            daysAndIndexes[i] = (long) buckets.day(i) << 32 | i;
        }
        Arrays.sort(daysAndIndexes, 0, size);
        sortedBuckets.clear();
        int dayBefore = 0;
        for (int i = 0; i < size; i++) {
            int day = (int) (daysAndIndexes[i] >>> 32);
            if (day == dayBefore) {
                throw input.corrupt(
                        start, "each day of key " + Long.toUnsignedString(key) + " once", "day " + day + " again");
            }
            dayBefore = day;
            sortedBuckets.add(day, buckets.count((int) daysAndIndexes[i]));
        }
        return sortedBuckets;
    }

    private void checkFields() {
        requireField(branchesNum >= 0, BRANCHES_NUM);
        requireField(branchCount >= 0, BRANCHES);
        if (branchesNum != branchCount) {
            throw input.corrupt(
                    branchesNumOffset, BRANCHES_NUM + "=" + branchesNum + " branches", branchCount + " branches");
        }
        if (hasCrc || store != null || treeName != null || lsn >= 0) {
            requireField(store != null, STORE);
            requireField(treeName != null, TREE_NAME);
            requireField(lsn >= 0, LSN);
            requireField(hasCrc, CRC);
        } else if (unknownField != null) {
            // Only a newer Karma adds fields, and its files have a checksum; here a bit of the name was lost.
            throw input.corrupt(
                    unknownFieldOffset,
                    "no other fields than " + BRANCHES_NUM + " and " + BRANCHES + " in a file without " + CRC,
                    "the field \"" + unknownField + "\"");
        }
    }

    private void requireField(boolean seen, String field) {
        if (!seen) {
            throw input.corrupt(input.offset(), "the field " + field, "a map without it, which ends here");
        }
    }
}
