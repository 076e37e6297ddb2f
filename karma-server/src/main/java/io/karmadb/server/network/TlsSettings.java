package io.karmadb.server.network;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What the server shows clients that it speaks TLS with, and what it wants to see of them.
 *
 * @param certificate a PEM file with the server's certificate, followed by those that lead to the authority
 * @param key a PEM file with the private key: PKCS #8, not encrypted
 * @param clientAuthorities a PEM file with certificates of authorities, one of which must have signed what each client
 *     shows; null to ask clients for none
 */
public record TlsSettings(Path certificate, Path key, Path clientAuthorities) {
    /**
     * Checks that there is a certificate and a key.
     *
     * @param certificate a PEM file
     * @param key a PEM file
     * @param clientAuthorities a PEM file, or null
     */
    public TlsSettings {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(key, "key");
    }
}
