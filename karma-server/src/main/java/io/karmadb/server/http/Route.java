package io.karmadb.server.http;

/**
 * How a path is answered.
 *
 * @param access who may ask
 * @param place where the answer is made
 * @param endpoint makes it
 */
record Route(Access access, Place place, Endpoint endpoint) {
    /** Who may ask. */
    enum Access {
        /** Everybody, under any name of the host. */
        ANYBODY,
        /** Everybody who knows the host's name: a page without any data. */
        PAGE,
        /** Whoever has the token, if there is one. */
        TOKEN
    }

    /** Where an answer is made. */
    enum Place {
        /** On the event loop: it costs next to nothing. */
        LOOP,
        /** On a worker: it takes milliseconds. */
        WORKER,
        /** On the thread for what reads many keys, one at a time. */
        SCAN
    }

    /** Makes answers. */
    @FunctionalInterface
    interface Endpoint {
        Reply answer(Query query) throws RefusedException;
    }
}
