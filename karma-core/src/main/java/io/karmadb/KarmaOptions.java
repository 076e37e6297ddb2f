package io.karmadb;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/**
 * How to open a store: immutable, made by {@link #builder()}.
 *
 * <pre>{@code
 * KarmaOptions options = KarmaOptions.builder().directory(Path.of("data")).durability(Durability.WRITE).build();
 * }</pre>
 */
public final class KarmaOptions {
    /** How many snapshots of a tree a checkpoint keeps unless told otherwise. */
    public static final int SNAPSHOTS_KEPT_DEFAULT = 5;

    /** How large the log may grow before the store makes a checkpoint by itself, unless told otherwise: 1 GiB. */
    public static final long CHECKPOINT_WAL_BYTES_DEFAULT = 1L << 30;

    private final Path directory;
    private final Durability durability;
    private final HistoryKind history;
    private final Clock clock;
    private final ZoneId zone;
    private final boolean restore;
    private final int snapshotsKept;
    private final long checkpointWalBytes;
    private final Duration checkpointInterval;
    private final ReadProgress restoreProgress;

    private KarmaOptions(Builder builder) {
        directory = builder.directory;
        durability = builder.directory == null ? Durability.NONE : builder.durability;
        history = builder.history;
        clock = builder.clock;
        zone = builder.zone == null ? ZoneId.systemDefault() : builder.zone;
        restore = builder.restore;
        snapshotsKept = builder.snapshotsKept;
        checkpointWalBytes = builder.checkpointWalBytes;
        checkpointInterval = builder.checkpointInterval;
        restoreProgress = builder.restoreProgress;
    }

    /**
     * Returns a builder with the defaults: in memory only, {@link Durability#FSYNC} once a directory is given,
     * {@link HistoryKind#OFF_HEAP}, the system's clock and time zone, restore, five snapshots a tree, a
     * checkpoint when the log has grown to 1 GiB.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder that begins with these options.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the directory.
     *
     * @return where the data lives, or empty for a store in memory only
     */
    public Optional<Path> directory() {
        return Optional.ofNullable(directory);
    }

    /**
     * Returns the durability.
     *
     * @return what an acknowledged write survives; {@link Durability#NONE} without a directory
     */
    public Durability durability() {
        return durability;
    }

    /**
     * Returns the kind of history.
     *
     * @return where older buckets are kept
     */
    public HistoryKind history() {
        return history;
    }

    /**
     * Returns the clock.
     *
     * @return what tells the current day
     */
    public Clock clock() {
        return clock;
    }

    /**
     * Returns the time zone.
     *
     * @return the zone in which the day turns
     */
    public ZoneId zone() {
        return zone;
    }

    /**
     * Says whether opening reads what the directory holds.
     *
     * @return false to start empty
     */
    public boolean restore() {
        return restore;
    }

    /**
     * Returns how many snapshots a checkpoint keeps.
     *
     * @return the number for each tree; 0 or less keeps all
     */
    public int snapshotsKept() {
        return snapshotsKept;
    }

    /**
     * Returns how large the log may grow.
     *
     * @return the size in bytes at which the store makes a checkpoint by itself; 0 if it does not
     */
    public long checkpointWalBytes() {
        return checkpointWalBytes;
    }

    /**
     * Returns how often the store makes a checkpoint by itself.
     *
     * @return the time between two of them; zero if time does not matter
     */
    public Duration checkpointInterval() {
        return checkpointInterval;
    }

    /**
     * Returns who is told how far opening has got.
     *
     * @return never null
     */
    public ReadProgress restoreProgress() {
        return restoreProgress;
    }

    /** Gathers options; not safe for use by several threads at once. */
    public static final class Builder {
        private Path directory;
        private Durability durability = Durability.FSYNC;
        private HistoryKind history = HistoryKind.OFF_HEAP;
        private Clock clock = Clock.systemUTC();
        private ZoneId zone;
        private boolean restore = true;
        private int snapshotsKept = SNAPSHOTS_KEPT_DEFAULT;
        private long checkpointWalBytes = CHECKPOINT_WAL_BYTES_DEFAULT;
        private Duration checkpointInterval = Duration.ZERO;
        private ReadProgress restoreProgress = ReadProgress.NONE;

        private Builder() {}

        private Builder(KarmaOptions options) {
            directory = options.directory;
            durability = options.durability;
            history = options.history;
            clock = options.clock;
            zone = options.zone;
            restore = options.restore;
            snapshotsKept = options.snapshotsKept;
            checkpointWalBytes = options.checkpointWalBytes;
            checkpointInterval = options.checkpointInterval;
            restoreProgress = options.restoreProgress;
        }

        /**
         * Sets the directory; it is made if it is missing. Without one the store is in memory only.
         *
         * @param path the directory
         * @return this
         */
        public Builder directory(Path path) {
            directory = Objects.requireNonNull(path, "path");
            return this;
        }

        /**
         * Sets the durability.
         *
         * @param value what an acknowledged write survives
         * @return this
         */
        public Builder durability(Durability value) {
            durability = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the kind of history.
         *
         * @param value where older buckets are kept
         * @return this
         */
        public Builder history(HistoryKind value) {
            history = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the clock: tests turn the day with it.
         *
         * @param value the clock; its own zone does not matter
         * @return this
         */
        public Builder clock(Clock value) {
            clock = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets the time zone in which the day turns.
         *
         * @param value the zone
         * @return this
         */
        public Builder zone(ZoneId value) {
            zone = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Sets whether opening reads what the directory holds. If not, the store starts empty; what is there stays
         * untouched until the first write, and is then set aside in a directory of its own.
         *
         * @param value false to start empty
         * @return this
         */
        public Builder restore(boolean value) {
            restore = value;
            return this;
        }

        /**
         * Sets how many snapshots of each tree a checkpoint keeps. Those of automatic checkpoints are not counted: one of
         * them stays for each tree, as long as it is the tree's newest.
         *
         * @param value the number; 0 or less keeps all
         * @return this
         */
        public Builder snapshotsKept(int value) {
            snapshotsKept = value;
            return this;
        }

        /**
         * Sets how large the log may grow: then the store makes a checkpoint by itself, on a thread of its own, while it
         * goes on. A log that is cut now and then takes less of the disk, and less time to restore.
         *
         * @param bytes the size, looked at twice a second; 0 for no such checkpoints
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder checkpointWalBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("a size is not negative: checkpointWalBytes=" + bytes);
            }
            checkpointWalBytes = bytes;
            return this;
        }

        /**
         * Sets how often the store makes a checkpoint by itself if there is something new to save.
         *
         * @param interval the time from the beginning of one to that of the next; zero for no such checkpoints
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder checkpointInterval(Duration interval) {
            if (interval.isNegative()) {
                throw new IllegalArgumentException("a time is not negative: checkpointInterval=" + interval);
            }
            checkpointInterval = interval;
            return this;
        }

        /**
         * Sets who is told how far opening the store has got, which takes long if it holds much. Called by several threads,
         * one call at a time; what it throws ends the restore.
         *
         * @param listener told how much has been read
         * @return this
         */
        public Builder restoreProgress(ReadProgress listener) {
            restoreProgress = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Makes the options.
         *
         * @return immutable options
         */
        public KarmaOptions build() {
            return new KarmaOptions(this);
        }
    }
}
