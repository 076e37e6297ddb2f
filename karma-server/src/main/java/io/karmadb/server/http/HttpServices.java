package io.karmadb.server.http;

/**
 * What the connections share.
 *
 * @param routes what is answered
 * @param gatekeeper what is refused
 * @param tokens who is refused
 * @param jobs where it is worked
 * @param figures what is counted
 */
record HttpServices(Routes routes, Gatekeeper gatekeeper, TokenCheck tokens, Jobs jobs, HttpFigures figures) {}
