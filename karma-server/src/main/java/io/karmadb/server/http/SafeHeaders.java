package io.karmadb.server.http;

import io.netty.handler.codec.http.HttpHeaders;

/** What every answer tells a browser: to run and show nothing that does not come from here, and to keep nothing. */
final class SafeHeaders {
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private SafeHeaders() {}

    static void addTo(HttpHeaders headers) {
        headers.set("content-security-policy", POLICY);
        headers.set("x-content-type-options", "nosniff");
        headers.set("referrer-policy", "no-referrer");
        headers.set("cross-origin-resource-policy", "same-origin");
        headers.set("cross-origin-opener-policy", "same-origin");
        headers.set("cache-control", "no-store");
    }
}
