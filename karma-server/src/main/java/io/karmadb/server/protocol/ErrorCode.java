package io.karmadb.server.protocol;

/** Why a request failed, as the field {@code error_code} says it. */
public enum ErrorCode {
    /** The line is not a JSON object with a command and with fields of the right types. */
    INVALID_JSON("invalid_json"),
    /** There is no such command. */
    UNKNOWN_COMMAND("unknown_command"),
    /** A field is missing or its value cannot be. */
    VALIDATION_ERROR("validation_error"),
    /** There is no such tree or snapshot. */
    NOT_FOUND("not_found"),
    /** The token is missing or wrong. */
    UNAUTHORIZED("unauthorized"),
    /** The line is longer than the server takes; the connection is closed after the answer. */
    REQUEST_TOO_LARGE("request_too_large"),
    /** The server or its store failed; the message says whether a write was applied. */
    INTERNAL_ERROR("internal_error");

    private final String text;

    ErrorCode(String text) {
        this.text = text;
    }

    /**
     * Returns the code as the protocol has it.
     *
     * @return lower case with underscores
     */
    public String text() {
        return text;
    }
}
