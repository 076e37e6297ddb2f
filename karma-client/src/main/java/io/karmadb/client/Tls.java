package io.karmadb.client;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLException;

/**
 * Whom a client trusts, and how it shows who it is. Immutable. The server's certificate must be for the host that the
 * client was given.
 */
public final class Tls {
    private static final Tls SYSTEM = new Tls(null, null, null);

    private final Path authorities;
    private final Path certificate;
    private final Path key;

    private Tls(Path authorities, Path certificate, Path key) {
        this.authorities = authorities;
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * Trusts the certificate authorities that this Java trusts.
     *
     * @return the settings
     */
    public static Tls system() {
        return SYSTEM;
    }

    /**
     * Trusts the certificates in a file, and no others.
     *
     * @param authorities a file with one certificate or more, as PEM
     * @return the settings
     */
    public static Tls trusting(Path authorities) {
        return new Tls(Objects.requireNonNull(authorities, "authorities"), null, null);
    }

    /**
     * Adds a certificate that the server may ask for.
     *
     * @param file a file with the certificate and those that vouch for it, as PEM
     * @param keyFile a file with its private key, as PEM in PKCS #8, without a password
     * @return new settings
     */
    public Tls withCertificate(Path file, Path keyFile) {
        return new Tls(authorities, Objects.requireNonNull(file, "file"), Objects.requireNonNull(keyFile, "keyFile"));
    }

    /** Reads the files. */
    SslContext open() {
        try {
            SslContextBuilder context = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
            if (authorities != null) {
                context.trustManager(authorities.toFile());
            }
            if (certificate != null) {
                context.keyManager(certificate.toFile(), key.toFile());
            }
            return context.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(this + " cannot be used: " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        return e.getCause() == null ? e.getMessage() : e.getMessage() + ": " + e.getCause();
    }

    @Override
    public String toString() {
        return "Tls[authorities=" + (authorities == null ? "those of Java" : authorities) + ", certificate="
                + (certificate == null ? "none" : certificate) + "]";
    }
}
