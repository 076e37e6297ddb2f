package io.karmadb.simulation;

/** What a crash does to what has not been forced. */
enum Loss {
    /** The process was killed, the system goes on: all of it is still on its way. */
    NOTHING,
    /** The power failed: each part of it has arrived or not. */
    ANYTHING,
    /** The power failed: none of it has arrived. */
    EVERYTHING
}
