package io.karmadb.server.cli;

/** How answers are printed. */
enum OutputFormat {
    /** For people. */
    TEXT,
    /** One JSON value for each result. */
    JSON,
    /** The server's own lines. */
    RAW
}
