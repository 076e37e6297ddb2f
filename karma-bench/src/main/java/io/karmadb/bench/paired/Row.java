package io.karmadb.bench.paired;

import io.karmadb.Durability;
import java.util.Locale;

/** A row of the table of targets. */
enum Row {
    NONE_1_THREAD("increment, NONE, 1M keys, 1 thread / map", 1.0, () -> Writes.beside(Durability.NONE, 1_000_000, 1)),
    NONE_2_THREADS(
            "increment, NONE, 1M keys, 2 threads / map", 1.0, () -> Writes.beside(Durability.NONE, 1_000_000, 2)),
    BUFFERED_1_THREAD(
            "increment, BUFFERED, 1M keys, 1 thread / map",
            0.45,
            () -> Writes.beside(Durability.BUFFERED, 1_000_000, 1)),
    BUFFERED_2_THREADS("increment, BUFFERED, 1M keys, 2 threads / 1 thread", 1.0, Writes::twoBesideOne),
    ROCKSDB("increment, BUFFERED, 1M keys / RocksDB merge", 15, Writes::besideRocks),
    TOTAL("total, 1M keys / map's get", 1.0, Reads::totals),
    RANGE_SUM("sum of 30 days, 15 in history / Chronicle Map's get of the page", 0.7, Reads::rangeSums),
    GROWTH("slower at 10M keys than at 10,000: the map's growth / ours", 1.0, Writes::growth),
    ALLOCATION("bytes allocated per increment", 0, Allocation::bytesPerIncrement),
    MEMORY("resident bytes a key, 5M keys with one bucket", 80, Footprint::bytesPerKey),
    RESTORE_SECONDS("restore of 1M keys x 10 days, seconds", 1.0, Restores::snapshotSeconds),
    RESTORE_BYTES("resident bytes a key after it", 250, Restores::snapshotBytesPerKey),
    REPLAY("lines of the log replayed per second", 1_500_000, Restores::linesPerSecond),
    CHECKPOINT("longest increment while 5M keys are checkpointed, ms", 20, Checkpoints::longestIncrementMillis);

    private final String title;
    private final double goal;
    private final Measurement measurement;

    Row(String title, double goal, Measurement measurement) {
        this.title = title;
        this.goal = goal;
        this.measurement = measurement;
    }

    /** Measures a figure; prints on the way what it is made of. */
    interface Measurement {
        double measure() throws Exception;
    }

    private boolean smallIsGood() {
        return ordinal() >= ALLOCATION.ordinal() && this != REPLAY;
    }

    /** Measures and returns the line of the table. */
    String line() throws Exception {
        double figure = measurement.measure();
        boolean met = smallIsGood() ? figure <= goal : figure >= goal;
        return String.format(
                Locale.ROOT,
                "%-66s %12.2f   goal %s %-12s %s",
                title,
                figure,
                smallIsGood() ? "<=" : ">=",
                goal,
                met ? "met" : "MISSED");
    }
}
