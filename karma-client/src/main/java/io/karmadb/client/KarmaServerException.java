package io.karmadb.client;

/** The server answered that it did not do what was asked. The message is the server's, for people; the code is stable. */
public final class KarmaServerException extends KarmaClientException {
    private static final String NOT_APPLIED_PREFIX = "Not applied";
    private static final long serialVersionUID = 1L;

    /** The code if it is one of those known. */
    private final ErrorCode code;
    /** The code as the server has sent it. */
    private final String codeText;

    private KarmaServerException(String message, Throwable cause, Outcome outcome, String codeText) {
        super(message, cause, outcome);
        this.codeText = codeText;
        this.code = ErrorCode.of(codeText);
    }

    static KarmaServerException of(KarmaCommand command, String message, String codeText) {
        // Only then can the server have failed after the write; its text says so of each, in its first words.
        boolean unknown = command.isWrite()
                && ErrorCode.of(codeText) == ErrorCode.INTERNAL_ERROR
                && !message.startsWith(NOT_APPLIED_PREFIX);
        return new KarmaServerException(message, null, unknown ? Outcome.UNKNOWN : Outcome.NOT_APPLIED, codeText);
    }

    /**
     * Returns the kind of the error.
     *
     * @return {@link ErrorCode#OTHER} for one that this client does not know
     */
    public ErrorCode code() {
        return code;
    }

    /**
     * Returns the kind of the error as the server wrote it.
     *
     * @return lower case with underscores
     */
    public String codeText() {
        return codeText;
    }

    @Override
    KarmaClientException again() {
        return new KarmaServerException(getMessage(), this, outcome(), codeText);
    }
}
