package io.karmadb.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The name of a snapshot file: {@code <unix seconds>_<tree>.tree}. Immutable; two are equal if the file names are.
 *
 * <p>Names that Karma makes have the tree's name encoded where a file system needs it: a slash and control characters are
 * percent-encoded, so is a percent sign before two hexadecimal digits, and what is too long is cut and given a hash. Such
 * a name has at most 251 bytes of UTF-8, which leaves room for {@code .tmp}. The older server wrote the tree's name as it
 * is, and whether a file is its or ours its name alone does not tell: {@link #treeName} takes it literally.
 */
public final class SnapshotName {
    static final String SUFFIX = ".tree";
    static final String TEMPORARY_SUFFIX = ".tmp";

    private final String fileName;
    private final long seconds;
    private final String treePart;

    private SnapshotName(String fileName, long seconds, String treePart) {
        this.fileName = fileName;
        this.seconds = seconds;
        this.treePart = treePart;
    }

    /**
     * Makes the name of a new snapshot.
     *
     * @param seconds Unix time in seconds, 0 or more
     * @param tree the tree's true name
     * @return the name
     * @throws IllegalArgumentException if the number is negative or no tree can have that name
     */
    public static SnapshotName of(long seconds, String tree) {
        if (seconds < 0) {
            throw new IllegalArgumentException("a snapshot's number is not negative: seconds=" + seconds);
        }
        String part = TreeNameEncoding.encode(tree);
        return new SnapshotName(seconds + "_" + part + SUFFIX, seconds, part);
    }

    /**
     * Reads a bare file name.
     *
     * @param fileName any text
     * @return the name, or empty if it is not that of a snapshot: a number from 0 to 2^63-1 in decimal digits, an
     *     underscore, a text that is not empty, and {@code .tree}; nothing that could lead into another directory
     */
    public static Optional<SnapshotName> parse(String fileName) {
        int underscore = fileName.indexOf('_');
        int end = fileName.length() - SUFFIX.length();
        if (underscore <= 0 || end <= underscore + 1 || !fileName.endsWith(SUFFIX) || !canNameFile(fileName)) {
            return Optional.empty();
        }
        for (int i = 0; i < underscore; i++) {
            if (fileName.charAt(i) < '0' || fileName.charAt(i) > '9') {
                return Optional.empty();
            }
        }
        try {
            long seconds = Long.parseLong(fileName, 0, underscore, 10);
            return Optional.of(new SnapshotName(fileName, seconds, fileName.substring(underscore + 1, end)));
        } catch (NumberFormatException e) {
            return Optional.empty(); // more than 63 bits
        }
    }

    /**
     * Says whether a file looks like a snapshot to people, though {@link #parse} may find that it is none.
     *
     * @param fileName its bare name
     * @return whether it ends in {@code .tree}
     */
    public static boolean looksLikeSnapshot(String fileName) {
        return fileName.endsWith(SUFFIX);
    }

    private static boolean canNameFile(String text) {
        return text.indexOf('/') < 0
                && text.indexOf('\0') < 0
                && StandardCharsets.UTF_8.newEncoder().canEncode(text); // no lone surrogates
    }

    /**
     * Returns the bare file name.
     *
     * @return the name with number and suffix
     */
    public String fileName() {
        return fileName;
    }

    /**
     * Returns the number in the name.
     *
     * @return Unix time in seconds, 0 or more
     */
    public long seconds() {
        return seconds;
    }

    /**
     * Returns the name of the tree, as the file's name tells it when taken literally.
     *
     * @return not empty
     */
    public String treeName() {
        return treePart;
    }

    /** Returns the bare name that the file has until it is published. */
    String temporaryName() {
        return fileName + TEMPORARY_SUFFIX;
    }

    /** Says whether {@link #of} can have made this name: no leading zeros, and the tree's name encoded. */
    boolean isOurs() {
        return fileName.startsWith(seconds + "_") && TreeNameEncoding.isEncoded(treePart);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SnapshotName name && name.fileName.equals(fileName);
    }

    @Override
    public int hashCode() {
        return fileName.hashCode();
    }

    @Override
    public String toString() {
        return fileName;
    }
}
