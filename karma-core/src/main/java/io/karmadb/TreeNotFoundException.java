package io.karmadb;

/** There is no tree of that name. */
public final class TreeNotFoundException extends KarmaException {
    private static final long serialVersionUID = 1L;

    private final transient long lsn;

    /**
     * Makes an error.
     *
     * @param tree the name asked for
     * @param lsn the LSN of the last command that changed which trees there are
     */
    public TreeNotFoundException(String tree, long lsn) {
        super("Tree \"" + tree + "\" not found", null);
        this.lsn = lsn;
    }

    /**
     * Returns the LSN that this answer rests on: tell it to nobody before the log is durable up to it.
     *
     * @return an LSN for {@link KarmaStore#whenDurable}
     */
    public long lsn() {
        return lsn;
    }
}
