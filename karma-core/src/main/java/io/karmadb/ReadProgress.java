package io.karmadb;

/** Is told how far the reading of a directory has got, in a {@link DirectoryCheck} or when a store is opened. */
@FunctionalInterface
public interface ReadProgress {
    /** Hears nothing. */
    ReadProgress NONE = (bytes, ofBytes) -> {};

    /**
     * Called after each piece that was read, by the thread that read it, one call at a time.
     *
     * @param bytes how much has been read; never more than {@code ofBytes}
     * @param ofBytes how much there is to read, as far as that can be told beforehand
     */
    void read(long bytes, long ofBytes);
}
