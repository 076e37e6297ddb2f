package io.karmadb;

/**
 * What {@link DirectoryCheck} found out about one file.
 *
 * @param name its bare name
 * @param kind what it is for
 * @param state whether it is good
 * @param bytes its size; 0 if it is no regular file or missing
 * @param firstLsn the LSN of the first line of a log file; 0 for none
 * @param lastLsn the LSN of the last of the good lines that a log file starts with; for the manifest and a snapshot of ours
 *     the LSN that it names; 0 for none
 * @param lines how many good lines a log file starts with; 0 for other files
 * @param tree the tree that a good snapshot holds; empty for other files
 * @param keys how many keys a good snapshot holds; 0 for other files
 * @param note what else is to be said, for people; may be empty
 * @param problem what is wrong; null if nothing is
 */
public record CheckedFile(
        String name,
        Kind kind,
        State state,
        long bytes,
        long firstLsn,
        long lastLsn,
        long lines,
        String tree,
        long keys,
        String note,
        CheckProblem problem) {
    /** What a file is for. */
    public enum Kind {
        /** The list of living trees and their snapshots. */
        MANIFEST,
        /** A rotated file of the log. */
        WAL_SEGMENT,
        /** The file of the log that lines are appended to. */
        CURRENT_LOG,
        /** A snapshot that the manifest names; without a manifest, the newest of its tree. */
        SNAPSHOT,
        /** A snapshot that a restore reads only if the log loads it or another one is damaged. */
        OTHER_SNAPSHOT,
        /** What was cut off the log after a crash; never read. */
        TORN_COPY,
        /** What a start without restore set aside: a data directory in itself, not looked into. */
        ASIDE,
        /** A file that an interrupted write has left behind; a start deletes it or completes it. */
        TEMPORARY,
        /** Space held back for a full disk; a start deletes it. */
        BALLAST,
        /** What a process locks that has the directory open. */
        LOCK,
        /** Not one of Karma's; a start leaves it alone. */
        STRAY
    }

    /** Whether a file is good. */
    public enum State {
        /** Read to its end, and all of it is as it must be. */
        GOOD,
        /** A log that ends in an unfinished write, as a crash leaves it; what comes before is good. */
        TORN_TAIL,
        /** It does not hold what it must, or cannot be read. */
        DAMAGED,
        /** Whole, but a restore refuses it beside the other files; the problem says why. */
        REFUSED,
        /** It should be there and is not. */
        MISSING,
        /** Of a kind that nothing depends on, so that there is nothing to check. */
        UNCHECKED
    }
}
