package io.karmadb.server.network;

/**
 * Recognizes HTTP: a web page can make a browser send a request anywhere, with commands in its body, but cannot keep the
 * browser from sending a request line first.
 */
final class HttpDetector {
    private static final byte[] VERSION = {' ', 'H', 'T', 'T', 'P', '/'};

    private HttpDetector() {}

    /** Says whether a line that is no JSON object is {@code method target HTTP/version}; a method is any word. */
    static boolean isRequestLine(byte[] line, int length) {
        int method = 0;
        while (method < length && line[method] > ' ') {
            method++;
        }
        if (method == 0 || method == length || line[method] != ' ') {
            return false;
        }
        for (int i = length - VERSION.length - 1; i > method; i--) {
            if (isVersion(line, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isVersion(byte[] line, int at) {
        for (int i = 0; i < VERSION.length; i++) {
            if (line[at + i] != VERSION[i]) {
                return false;
            }
        }
        return true;
    }
}
