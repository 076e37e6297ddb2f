package io.karmadb.simulation;

import io.karmadb.Day;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * A directory as an older server leaves it: snapshots with nothing but branches, and a log whose lines have neither LSN
 * nor CRC.
 *
 * @param files its files by name
 * @param modified when they were changed last
 * @param state what is to be restored from it
 */
record OlderDirectory(Map<String, byte[]> files, Instant modified, ModelState state) {
    private static final String[] TREES = {"links", "clicks", "日本"};
    private static final long[] KEYS = {0, 1, 127, 254, Long.MAX_VALUE, Long.MIN_VALUE, -1};

    static OlderDirectory random(Random random, SimulatedClock clock) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        ModelState state = ModelState.EMPTY;
        Instant modified = clock.instant().minus(Duration.ofDays(random.nextInt(3)));
        long seconds = modified.getEpochSecond() - 1000;
        for (String tree : TREES) {
            if (random.nextBoolean()) {
                Map<Long, NavigableMap<Integer, Long>> keys = randomKeys(random);
                state = state.with(tree, keys);
                files.put(seconds++ + "_" + tree + ".tree", snapshot(keys));
            }
        }
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        int day = Day.of(LocalDate.ofInstant(modified, ZoneOffset.UTC));
        int lines = random.nextInt(8);
        for (int i = 0; i < lines; i++) {
            Command command = randomCommand(random);
            log.writeBytes(line(command).getBytes(StandardCharsets.UTF_8));
            boolean last = i == lines - 1;
            if (!last || random.nextInt(4) > 0) {
                log.write('\n');
            }
            state = command.applyTo(state, day);
        }
        if (lines > 0 && random.nextInt(4) == 0 && log.toByteArray()[log.size() - 1] == '\n') {
            log.writeBytes("{\"command\":\"incre".getBytes(StandardCharsets.UTF_8));
        }
        if (lines > 0 || random.nextBoolean()) {
            files.put("karma.wal", log.toByteArray());
        }
        return new OlderDirectory(files, modified, state);
    }

    /** Returns a disk that holds it, forced. */
    DiskState disk() {
        return Directory.with(files, modified);
    }

    private static Map<Long, NavigableMap<Integer, Long>> randomKeys(Random random) {
        Map<Long, NavigableMap<Integer, Long>> keys = new TreeMap<>();
        for (long key : KEYS) {
            if (random.nextBoolean()) {
                NavigableMap<Integer, Long> buckets = new TreeMap<>();
                int count = random.nextInt(4);
                for (int i = 0; i < count; i++) {
                    buckets.put(Day.of(LocalDate.of(2026, 11, 20).minusDays(random.nextInt(40))), (long)
                            random.nextInt(1000));
                }
                keys.put(key, buckets);
            }
        }
        return keys;
    }

    /** Returns a command of those that older servers know, which add and take only 1, today. */
    private static Command randomCommand(Random random) {
        Command any = Command.random(random);
        boolean range = any.kind() == Command.Kind.DELETE || any.kind() == Command.Kind.DELETE_ALL;
        Command.Kind kind = any.kind() == Command.Kind.SET ? Command.Kind.INCREMENT : any.kind();
        return new Command(kind, TREES[random.nextInt(TREES.length)], any.key(), range ? any.day() : 0, any.last(), 1);
    }

    private static String line(Command command) {
        String start = "{\"command\":\"";
        String tree = "\",\"tree_name\":\"" + command.tree() + "\"";
        String key = ",\"key\":" + Long.toUnsignedString(command.key());
        String range = ",\"time_from\":" + command.day() + ",\"time_to\":" + command.last();
        return start
                + switch (command.kind()) {
                    case INCREMENT -> "increment" + tree + key;
                    case DECREMENT -> "decrement" + tree + key;
                    case SET -> throw new AssertionError("an older server does not know it");
                    case DELETE -> "delete" + tree + key + range;
                    case DELETE_ALL -> "delete" + tree + range;
                    case RESET -> "reset" + tree + key;
                    case RESET_ALL -> "reset" + tree;
                    case CREATE -> "create" + tree;
                    case DROP -> "drop" + tree;
                }
                + "}";
    }

    private static byte[] snapshot(Map<Long, NavigableMap<Integer, Long>> keys) {
        int branches = 9;
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(2).packString("branches_num").packInt(branches);
            packer.packString("branches").packArrayHeader(branches);
            for (int branch = 0; branch < branches; branch++) {
                int here = branch;
                Map<Long, NavigableMap<Integer, Long>> part = new TreeMap<>(keys);
                part.keySet().removeIf(key -> Long.remainderUnsigned(key, branches) != here);
                packer.packMapHeader(part.size());
                for (Map.Entry<Long, NavigableMap<Integer, Long>> entry : part.entrySet()) {
                    packer.packBigInteger(new BigInteger(Long.toUnsignedString(entry.getKey())));
                    pack(entry.getValue(), packer);
                }
            }
            return packer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pack(NavigableMap<Integer, Long> buckets, MessageBufferPacker packer) throws IOException {
        packer.packMapHeader(2).packString("table").packMapHeader(buckets.size());
        long total = 0;
        for (Map.Entry<Integer, Long> bucket : buckets.entrySet()) {
            packer.packInt(bucket.getKey()).packLong(bucket.getValue());
            total += bucket.getValue();
        }
        packer.packString("total").packLong(total);
    }
}
