package io.karmadb;

import java.nio.file.Path;

/** A file does not hold what it must: nothing was changed, on disk or in memory. */
public final class CorruptionException extends KarmaException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final transient long offset;
    private final transient String expected;
    private final transient String found;

    /**
     * Makes an error.
     *
     * @param file the file
     * @param offset where in the file, in bytes from its start; -1 where that means nothing
     * @param expected what should have been there
     * @param found what is there
     */
    public CorruptionException(Path file, long offset, String expected, String found) {
        super(
                "Corrupt file: file=" + file + (offset < 0 ? "" : ", offset=" + offset) + ", expected=" + expected
                        + ", found=" + found,
                null);
        this.file = file;
        this.offset = offset;
        this.expected = expected;
        this.found = found;
    }

    /**
     * Returns the file.
     *
     * @return its path; null after deserialization
     */
    public Path file() {
        return file;
    }

    /**
     * Returns where in the file it is wrong.
     *
     * @return bytes from the start, or -1
     */
    public long offset() {
        return offset;
    }

    /**
     * Returns what should have been there.
     *
     * @return a few words; null after deserialization
     */
    public String expected() {
        return expected;
    }

    /**
     * Returns what is there.
     *
     * @return a few words; null after deserialization
     */
    public String found() {
        return found;
    }
}
