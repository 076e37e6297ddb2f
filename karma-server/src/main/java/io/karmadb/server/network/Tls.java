package io.karmadb.server.network;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Reads certificates and keys. */
final class Tls {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private Tls() {}

    /**
     * Reads what the settings name.
     *
     * @param settings null for no TLS
     * @return what makes handlers, or null for no TLS
     * @throws IOException if a file cannot be read or does not hold what it must; the message says which
     */
    static SslContext context(TlsSettings settings) throws IOException {
        if (settings == null) {
            return null;
        }
        requireReadable("certificate", settings.certificate());
        requireReadable("key", settings.key());
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            settings.certificate().toFile(), settings.key().toFile())
                    .protocols(PROTOCOLS);
            if (settings.clientAuthorities() != null) {
                requireReadable("client authorities", settings.clientAuthorities());
                builder.trustManager(settings.clientAuthorities().toFile()).clientAuth(ClientAuth.REQUIRE);
            }
            SslContext context = builder.build();
            requireMatch(settings);
            return context;
        } catch (IllegalArgumentException | GeneralSecurityException | SSLException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "Cannot speak TLS with these files: certificate=" + settings.certificate() + ", key="
                            + settings.key() + ", clientAuthorities=" + settings.clientAuthorities() + ": "
                            + e.getMessage() + (cause == e ? "" : ": " + cause.getMessage())
                            + ". Certificates must be in PEM, the key in PEM and PKCS #8 without a password",
                    e);
        }
    }

    /** A key of another certificate would be found out by the first client only, who could not tell what is wrong. */
    private static void requireMatch(TlsSettings settings) throws IOException, GeneralSecurityException {
        PublicKey publicKey;
        try (InputStream in = Files.newInputStream(settings.certificate())) {
            publicKey = CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getPublicKey();
        }
        Matcher pem = KEY.matcher(Files.readString(settings.key(), StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new GeneralSecurityException("no private key of PKCS #8 in the file of the key");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        PrivateKey privateKey =
                KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        Signature signature = Signature.getInstance(
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> publicKey.getAlgorithm();
                });
        signature.initSign(privateKey);
        signature.update(encoded);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(encoded);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is not that of the certificate");
        }
    }

    private static void requireReadable(String what, Path file) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IOException("Cannot speak TLS: no file of the " + what + " can be read: file=" + file);
        }
    }
}
