package io.karmadb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KarmaClientTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path directory;

    private static KeyStore server;
    private static KeyStore person;

    @BeforeAll
    static void makeCertificates() throws Exception {
        server = makeCertificate("server", "-ext", "san=ip:127.0.0.1,dns:localhost");
        person = makeCertificate("person");
    }

    private static KeyStore makeCertificate(String name, String... more) throws Exception {
        Path file = directory.resolve(name + ".p12");
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD)));
        words.addAll(List.of(more));
        Process keytool = new ProcessBuilder(words).redirectErrorStream(true).start();
        try (InputStream output = keytool.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(keytool.waitFor()).as(said).isZero();
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        pem(name + ".crt", "CERTIFICATE", store.getCertificate(name).getEncoded());
        Key key = store.getKey(name, PASSWORD);
        pem(name + ".key", "PRIVATE KEY", key.getEncoded());
        return store;
    }

    private static void pem(String file, String what, byte[] bytes) throws IOException {
        try (OutputStream out = Files.newOutputStream(directory.resolve(file))) {
            out.write(("-----BEGIN " + what + "-----\n").getBytes(StandardCharsets.US_ASCII));
            out.write(Base64.getMimeEncoder().encode(bytes));
            out.write(("\n-----END " + what + "-----\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static ServerSocket listen(boolean askForCertificate) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(server, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("person", person.getCertificate("person"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLServerSocket socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(askForCertificate);
        return socket;
    }

    private static KarmaClient client(ScriptedServer server, Tls tls) {
        return KarmaClient.builder()
                .port(server.port())
                .tls(tls)
                .connectAttemptsMax(1)
                .requestTimeout(Duration.ofSeconds(60))
                .build();
    }

    @Test
    void serverWithACertificateOfATrustedAuthorityIsTalkedTo() throws Exception {
        String tree = "{\"1\":{\"20260501\":2},\"2\":{}}";
        try (ScriptedServer server = new ScriptedServer(listen(false), peer -> peer.answerAll(tree));
                KarmaClient client = client(server, Tls.trusting(directory.resolve("server.crt")))) {
            client.ping();
            List<Long> seen = new ArrayList<>();
            assertThat(client.findAll("a", Days.ALL, (key, days) -> seen.add(key)))
                    .isTrue();
            assertThat(seen).containsExactly(1L, 2L);
        }
    }

    @Test
    void serverThatNobodyVouchesForIsSentNothing() throws Exception {
        try (ScriptedServer server = new ScriptedServer(listen(false), peer -> peer.answerAll("1"));
                KarmaClient client = client(server, Tls.system())) {
            assertThatThrownBy(client::ping)
                    .isInstanceOf(KarmaNotSentException.class)
                    .hasMessageContaining("cannot connect");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void certificateForAnotherHostIsRefused() throws Exception {
        // The certificate of a person, which vouches for itself, but for no address.
        KeyStore kept = server;
        server = person;
        try (ScriptedServer wrong = new ScriptedServer(listen(false), peer -> peer.answerAll("1"));
                KarmaClient client = client(wrong, Tls.trusting(directory.resolve("person.crt")))) {
            assertThatThrownBy(client::ping)
                    .isInstanceOf(KarmaNotSentException.class)
                    .hasMessageContaining("cannot connect");
        } finally {
            server = kept;
        }
    }

    @Test
    void clientShowsItsCertificateToAServerThatAsks() throws Exception {
        Tls tls = Tls.trusting(directory.resolve("server.crt"));
        try (ScriptedServer server = new ScriptedServer(listen(true), peer -> peer.answerAll("1"))) {
            try (KarmaClient client = client(
                    server, tls.withCertificate(directory.resolve("person.crt"), directory.resolve("person.key")))) {
                client.ping();
            }
            try (KarmaClient client = client(server, tls)) {
                assertThatThrownBy(client::ping).isInstanceOf(KarmaClientException.class);
            }
        }
    }

    @Test
    void filesThatCannotBeUsedAreSaidWhenBuilding() {
        Path missing = directory.resolve("missing.crt");
        assertThatThrownBy(
                        () -> KarmaClient.builder().tls(Tls.trusting(missing)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(missing.toString());
    }
}
