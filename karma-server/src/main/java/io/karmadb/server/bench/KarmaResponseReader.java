package io.karmadb.server.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Answers of Karma: a line each, which begins the same if it is a success, and only then. */
final class KarmaResponseReader extends ResponseReader {
    private static final byte[] SUCCESS =
            "{\"protocol_version\":1,\"success\":true".getBytes(StandardCharsets.US_ASCII);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long LINE_FEEDS = ONES * '\n';

    private boolean within;
    private int matched;

    @Override
    int next(byte[] bytes, int from, int to) {
        if (!within) {
            within = true;
            matched = 0;
            begin();
        }
        int at = from;
        while (matched < SUCCESS.length && !isError() && at < to) {
            if (bytes[at] != SUCCESS[matched]) {
                markError();
            } else {
                matched++;
                at++;
            }
        }
        int end = indexOfLineFeed(bytes, at, to);
        if (isError()) {
            addText(bytes, from, end < 0 ? to : end);
        }
        if (end < 0) {
            return NONE;
        }
        within = false;
        return end + 1;
    }

    private static int indexOfLineFeed(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long difference = (long) LONGS.get(bytes, at) ^ LINE_FEEDS;
            long zeros = difference - ONES & ~difference & ONES << 7; // the lowest bit set is exact
            if (zeros != 0) {
                return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
        }
        for (; at < to; at++) {
            if (bytes[at] == '\n') {
                return at;
            }
        }
        return -1;
    }
}
