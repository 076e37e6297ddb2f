package io.karmadb.server.bench;

/**
 * Finds the ends of the answers in what one connection receives, in pieces of any size. Keeps nothing of an answer but
 * whether it is an error and the beginning of its text, so that answers of any length cost no memory.
 */
abstract class ResponseReader {
    private static final int TEXT_LENGTH_MAX = 200;

    /** Returned if the bytes end within an answer. */
    static final int NONE = -1;

    private final StringBuilder errorText = new StringBuilder();
    private boolean error;

    /**
     * Reads on, up to the end of the answer.
     *
     * @return where the answer ends, or {@link #NONE}, in which case all bytes were used
     */
    abstract int next(byte[] bytes, int from, int to);

    /** Says whether the answer that {@link #next} has found the end of is an error. */
    final boolean isError() {
        return error;
    }

    /** Returns the beginning of the error. */
    final String errorText() {
        return errorText.toString().strip();
    }

    /** Begins with another answer. */
    final void begin() {
        error = false;
        errorText.setLength(0);
    }

    final void markError() {
        error = true;
    }

    final void addText(byte[] bytes, int from, int to) {
        for (int i = from; i < to && errorText.length() < TEXT_LENGTH_MAX; i++) {
            errorText.append((char) (bytes[i] & 0xFF));
        }
    }
}
