package io.karmadb.client;

import java.util.Locale;

/** Why a server did not do what it was asked for. */
public enum ErrorCode {
    /** The request is not what the protocol says. */
    INVALID_JSON,
    /** The server has no such command. */
    UNKNOWN_COMMAND,
    /** A field is missing or its value cannot be, or a counter would pass its maximum. */
    VALIDATION_ERROR,
    /** There is no such tree or snapshot. */
    NOT_FOUND,
    /** The token is missing or wrong. */
    UNAUTHORIZED,
    /** The request is longer than the server takes. */
    REQUEST_TOO_LARGE,
    /** The server or its disk failed. */
    INTERNAL_ERROR,
    /** A code that this client does not know. */
    OTHER;

    static ErrorCode of(String text) {
        for (ErrorCode code : values()) {
            if (code != OTHER && code.name().toLowerCase(Locale.ROOT).equals(text)) {
                return code;
            }
        }
        return OTHER;
    }
}
