package io.karmadb.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Refuses what a browser should never have been made to ask, and what is no reading.
 *
 * <p>A page anywhere can point its own name at the loopback address and then read, as its own, what listens there. So on
 * the loopback address only its own names are answered.
 */
final class Gatekeeper {
    private static final String FETCH_SITE = "sec-fetch-site";

    private final boolean loopback;

    /** @param loopback whether the port listens on the loopback address */
    Gatekeeper(boolean loopback) {
        this.loopback = loopback;
    }

    /** Refuses a request that no endpoint should see. */
    void check(HttpRequest request, Route.Access access) throws RefusedException {
        HttpHeaders headers = request.headers();
        if (!HttpMethod.GET.equals(request.method()) && !HttpMethod.HEAD.equals(request.method())) {
            throw new RefusedException(HttpResponseStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD are answered");
        }
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING) || HttpUtil.getContentLength(request, 0L) != 0) {
            throw new RefusedException(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "A request has no body here");
        }
        if (access == Route.Access.ANYBODY) {
            return;
        }
        checkHost(request, headers);
        checkOrigin(headers);
        if (access == Route.Access.TOKEN) {
            checkSite(headers);
        }
    }

    private void checkHost(HttpRequest request, HttpHeaders headers) throws RefusedException {
        int hosts = headers.getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || hosts == 0 && !HttpVersion.HTTP_1_0.equals(request.protocolVersion())) {
            throw new RefusedException(HttpResponseStatus.BAD_REQUEST, "A request has one Host header");
        }
        if (loopback && hosts == 1 && !isLoopback(headers.get(HttpHeaderNames.HOST))) {
            throw new RefusedException(
                    HttpResponseStatus.MISDIRECTED_REQUEST,
                    "This port is answered as localhost, 127.0.0.1 or [::1] only; a proxy has to set the Host header");
        }
    }

    private static void checkOrigin(HttpHeaders headers) throws RefusedException {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null) {
            int authority = origin.indexOf("://");
            String host = headers.get(HttpHeaderNames.HOST);
            if (authority < 0
                    || host == null
                    || !origin.substring(authority + 3).equalsIgnoreCase(host)) {
                throw new RefusedException(HttpResponseStatus.FORBIDDEN, "Not for pages of another origin");
            }
        }
    }

    private static void checkSite(HttpHeaders headers) throws RefusedException {
        String site = headers.get(FETCH_SITE);
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new RefusedException(HttpResponseStatus.FORBIDDEN, "Not for pages of another origin");
        }
    }

    /** Says whether a Host header names the loopback address; asks no name server. */
    static boolean isLoopback(String host) {
        int bracket = host.lastIndexOf(']');
        int colon = host.indexOf(':', Math.max(0, bracket));
        String name = colon < 0 ? host : host.substring(0, colon);
        if (name.toLowerCase(Locale.ROOT).equals("localhost")) {
            return true;
        }
        boolean six = name.startsWith("[") && name.endsWith("]");
        byte[] address = six || NetUtil.isValidIpV4Address(name)
                ? NetUtil.createByteArrayFromIpAddressString(six ? name.substring(1, name.length() - 1) : name)
                : null;
        try {
            return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
