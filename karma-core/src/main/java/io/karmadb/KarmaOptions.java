package io.karmadb;

import java.nio.file.Path;
import java.time.Clock;
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

    private final Path directory;
    private final Durability durability;
    private final HistoryKind history;
    private final Clock clock;
    private final ZoneId zone;
    private final boolean restore;
    private final int snapshotsKept;

    private KarmaOptions(Builder builder) {
        directory = builder.directory;
        durability = builder.directory == null ? Durability.NONE : builder.durability;
        history = builder.history;
        clock = builder.clock;
        zone = builder.zone == null ? ZoneId.systemDefault() : builder.zone;
        restore = builder.restore;
        snapshotsKept = builder.snapshotsKept;
    }

    /**
     * Returns a builder with the defaults: in memory only, {@link Durability#FSYNC} once a directory is given,
     * {@link HistoryKind#OFF_HEAP}, the system's clock and time zone, restore, five snapshots a tree.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
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

    /** Gathers options; not safe for use by several threads at once. */
    public static final class Builder {
        private Path directory;
        private Durability durability = Durability.FSYNC;
        private HistoryKind history = HistoryKind.OFF_HEAP;
        private Clock clock = Clock.systemUTC();
        private ZoneId zone;
        private boolean restore = true;
        private int snapshotsKept = SNAPSHOTS_KEPT_DEFAULT;

        private Builder() {}

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
         * Sets how many snapshots of each tree a checkpoint keeps.
         *
         * @param value the number; 0 or less keeps all
         * @return this
         */
        public Builder snapshotsKept(int value) {
            snapshotsKept = value;
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
