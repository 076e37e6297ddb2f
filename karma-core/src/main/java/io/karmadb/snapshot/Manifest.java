package io.karmadb.snapshot;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Which trees live, and what they rest on. Immutable.
 *
 * @param store the id of the store: text of 1 to 255 bytes in ASCII, a UUID
 * @param lsn an LSN that the log reaches; a tree that is not named here can only come from a later command
 * @param walOn whether the write-ahead log is on
 * @param trees the living trees in order of creation, no name twice
 * @param olderLog the older server's log that has been converted, or null if there was none
 * @param seen snapshot files of older servers with a number up to this were there when the manifest was written, or are
 *     from before: Unix time in seconds; {@link #SEEN_UNKNOWN} if nobody has taken it down
 * @param automatic bare names of snapshot files that nobody asked for although they do not say so, as those of an earlier
 *     version, in order, none twice; some may be gone
 */
public record Manifest(
        String store,
        long lsn,
        boolean walOn,
        List<ManifestTree> trees,
        ManifestOlderLog olderLog,
        long seen,
        List<String> automatic) {
    /** Stands for a number that was not taken down: the time at which the file was last changed has to do. */
    public static final long SEEN_UNKNOWN = -1;

    /**
     * Checks the values, copies the lists and puts the second one in order.
     *
     * @param store the id of the store: text of 1 to 255 bytes in ASCII, a UUID
     * @param lsn an LSN that the log reaches; a tree that is not named here can only come from a later command
     * @param walOn whether the write-ahead log is on
     * @param trees the living trees in order of creation, no name twice
     * @param olderLog the older server's log that has been converted, or null if there was none
     * @param seen the highest number of older servers' snapshot files seen, or {@link #SEEN_UNKNOWN}
     * @param automatic bare names of snapshot files that nobody asked for although they do not say so
     * @throws IllegalArgumentException if the id is no such text, a number is negative, or a tree is named twice
     */
    public Manifest {
        Objects.requireNonNull(store, "store");
        trees = List.copyOf(trees);
        automatic = automatic.stream().distinct().sorted().toList();
        if (store.isEmpty()
                || store.length() > SnapshotDecoder.STORE_BYTES_MAX
                || !store.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException("not the id of a store: store=" + store);
        }
        if (lsn < 0) {
            throw new IllegalArgumentException("an LSN is not negative: lsn=" + lsn);
        }
        if (seen < SEEN_UNKNOWN) {
            throw new IllegalArgumentException("a snapshot's number is not negative: seen=" + seen);
        }
        Set<String> names = new HashSet<>();
        for (ManifestTree tree : trees) {
            if (!names.add(tree.name())) {
                throw new IllegalArgumentException("a tree is named twice: tree=" + tree.name());
            }
        }
    }

    /**
     * Makes a manifest that says nothing of snapshot files besides those that trees rest on.
     *
     * @param store the id of the store: text of 1 to 255 bytes in ASCII, a UUID
     * @param lsn an LSN that the log reaches; a tree that is not named here can only come from a later command
     * @param walOn whether the write-ahead log is on
     * @param trees the living trees in order of creation, no name twice
     * @param olderLog the older server's log that has been converted, or null if there was none
     * @throws IllegalArgumentException if the id is no such text, the LSN is negative, or a tree is named twice
     */
    public Manifest(String store, long lsn, boolean walOn, List<ManifestTree> trees, ManifestOlderLog olderLog) {
        this(store, lsn, walOn, trees, olderLog, SEEN_UNKNOWN, List.of());
    }
}
