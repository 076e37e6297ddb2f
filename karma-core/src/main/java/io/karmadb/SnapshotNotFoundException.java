package io.karmadb;

/** There is no snapshot file of that name. */
public final class SnapshotNotFoundException extends KarmaException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param tree the tree that the file's name speaks of
     */
    public SnapshotNotFoundException(String tree) {
        super("Dump \"" + tree + "\" not found", null);
    }
}
