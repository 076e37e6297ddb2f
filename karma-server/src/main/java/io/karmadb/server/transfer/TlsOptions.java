package io.karmadb.server.transfer;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLSocketFactory;
import picocli.CommandLine.Option;

/** The options that tell how to encrypt a connection. */
final class TlsOptions {
    @Option(names = "--tls", description = "Encrypt the connection, and trust whom Java trusts.")
    private boolean tls;

    @Option(
            names = "--tls-ca",
            paramLabel = "PATH",
            description = "Encrypt it, and trust the certificates in this PEM file only.")
    private String authorities;

    @Option(names = "--tls-cert", paramLabel = "PATH", description = "A certificate to show to the server (PEM).")
    private String certificate;

    @Option(names = "--tls-key", paramLabel = "PATH", description = "Its private key (PEM, PKCS #8).")
    private String key;

    /** Says whether any of them is given. */
    boolean isGiven() {
        return tls || authorities != null || certificate != null || key != null;
    }

    /** Returns what makes sockets, or null for plain ones; all mistakes are told by an {@link IllegalArgumentException}. */
    SSLSocketFactory sockets() {
        if (!isGiven()) {
            return null;
        }
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("--tls-cert and --tls-key belong together");
        }
        if (!tls && authorities == null) {
            throw new IllegalArgumentException("--tls-cert needs --tls or --tls-ca");
        }
        Path trusted = authorities == null ? null : WhereOptions.path("--tls-ca", authorities);
        Path shown = certificate == null ? null : WhereOptions.path("--tls-cert", certificate);
        Path proof = key == null ? null : WhereOptions.path("--tls-key", key);
        try {
            SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
            if (trusted != null) {
                builder.trustManager(trusted.toFile());
            }
            if (shown != null) {
                builder.keyManager(shown.toFile(), proof.toFile());
            }
            return ((JdkSslContext) builder.build()).context().getSocketFactory();
        } catch (IOException | IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException(
                    "cannot speak TLS with these files: --tls-ca=" + trusted + ", --tls-cert=" + shown + ", --tls-key="
                            + proof + ": " + cause.getMessage(),
                    e);
        }
    }
}
