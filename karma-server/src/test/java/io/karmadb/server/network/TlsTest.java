package io.karmadb.server.network;

import static io.karmadb.server.network.Client.increment;
import static io.karmadb.server.network.Client.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsTest {
    private static final String PING = "{\"command\":\"ping\"}";
    private static final String PONG = success("\"pong\"");

    @TempDir
    private static Path directory;

    private static Certificate ours;
    private static Certificate clients;

    private final ScriptedStore store = new ScriptedStore();
    private NetworkServer server;

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = Certificate.make(directory, "server");
        clients = Certificate.make(directory, "client");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
            assertThat(server.connections()).isZero();
        }
    }

    private int start(Path clientAuthorities) throws IOException {
        NetworkSettings plain = new NetworkSettings(
                "127.0.0.1", 0, true, 4096, Duration.ofSeconds(1), Duration.ofSeconds(5), null, 100);
        server = NetworkServer.bind(plain.withTls(new TlsSettings(ours.pem(), ours.key(), clientAuthorities)));
        server.serve(store);
        return server.address().getPort();
    }

    /** Connects with a client that knows the server's certificate, and has one of its own or none. */
    private static Client connect(int port, Certificate own, String... protocols) throws Exception {
        return connectTrusting(ours, port, own, protocols);
    }

    private static Client connectTrusting(Certificate trusted, int port, Certificate own, String... protocols)
            throws Exception {
        KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
        known.load(null, null);
        known.setCertificateEntry("server", trusted.store().getCertificate("one"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (own != null) {
            keys.init(own.store(), Certificate.PASSWORD);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        socket.setSSLParameters(parameters);
        return new Client(socket, port, 0);
    }

    @Test
    void requestsAreServedOverBothVersionsOfTls() throws Exception {
        int port = start(null);
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            try (Client client = connect(port, null, version)) {
                client.send((increment("a", 1) + "\n").repeat(1000));
                for (int i = 0; i < 1000; i++) {
                    assertThat(client.answer()).isEqualTo(success("1"));
                }
            }
        }
        try (Client client = connect(port, null)) {
            assertThat(client.ask("{\"command\":\"sum\",\"tree_name\":\"a\",\"key\":1}"))
                    .isEqualTo(success("2000"));
        }
    }

    @Test
    void aRequestThatIsTooLongIsAnsweredAndTheConnectionEndsAsTlsWantsIt() throws Exception {
        try (Client client = connect(start(null), null)) {
            client.send("x".repeat(5000) + "\n");
            assertThat(client.rest()).contains("request_too_large").endsWith("\r\n");
        }
    }

    @Test
    void whoSpeaksNoTlsOrSaysNothingIsClosedAndDisturbsNobody() throws Exception {
        int port = start(null);
        try (Client plain = new Client(port);
                Client silent = new Client(port)) {
            plain.send(PING + "\n");
            assertThat(plain.rest()).doesNotContain("pong");
            assertThat(silent.rest()).isEmpty();
        }
        try (Client good = connect(port, null)) {
            assertThat(good.ask(PING)).isEqualTo(PONG);
        }
    }

    @Test
    void onlyClientsWithACertificateOfTheAuthorityAreServedWhereOneIsNamed() throws Exception {
        int port = start(clients.pem());
        try (Client client = connect(port, clients)) {
            assertThat(client.ask(PING)).isEqualTo(PONG);
        }
        for (Certificate wrong : new Certificate[] {null, ours}) {
            assertThatThrownBy(() -> {
                        try (Client client = connect(port, wrong)) {
                            client.ask(PING);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void filesThatCannotBeUsedAreNamedBeforeAnythingListens() throws Exception {
        Path empty = Files.createFile(directory.resolve("empty-" + System.nanoTime()));
        for (TlsSettings wrong : new TlsSettings[] {
            new TlsSettings(directory.resolve("nowhere"), ours.key(), null),
            new TlsSettings(ours.pem(), directory, null),
            new TlsSettings(ours.pem(), empty, null),
            new TlsSettings(ours.key(), ours.pem(), null),
            new TlsSettings(ours.pem(), clients.key(), null),
            new TlsSettings(ours.pem(), ours.key(), empty)
        }) {
            assertThatThrownBy(() -> NetworkServer.bind(NetworkSettings.LOOPBACK.withTls(wrong)))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("Cannot speak TLS")
                    .hasMessageContaining(directory.toString());
        }
    }

    @Test
    void newCertificatesServeWhoConnectsNextAndBadOnesChangeNothing() throws Exception {
        Path certificate = Files.copy(ours.pem(), directory.resolve("current.crt"));
        Path key = Files.copy(ours.key(), directory.resolve("current.key"));
        server = NetworkServer.bind(NetworkSettings.LOOPBACK.withTls(new TlsSettings(certificate, key, null)));
        server.serve(store);
        int port = server.address().getPort();
        try (Client before = connect(port, null)) {
            assertThat(before.ask(PING)).isEqualTo(PONG);

            Files.copy(clients.pem(), certificate, StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(server::reloadTls)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the key is not that of the certificate");
            try (Client after = connect(port, null)) {
                assertThat(after.ask(PING)).isEqualTo(PONG);
            }

            Files.copy(clients.key(), key, StandardCopyOption.REPLACE_EXISTING);
            server.reloadTls();
            try (Client after = connectTrusting(clients, port, null)) {
                assertThat(after.ask(PING)).isEqualTo(PONG);
            }
            assertThatThrownBy(() -> {
                        try (Client after = connect(port, null)) {
                            after.ask(PING);
                        }
                    })
                    .isInstanceOf(SSLException.class);
            assertThat(before.ask(PING)).isEqualTo(PONG);
        }
    }

    @Test
    void aServerWithoutTlsHasNothingToReadAgain() throws Exception {
        server = NetworkServer.bind(NetworkSettings.LOOPBACK);
        server.serve(store);
        server.reloadTls();
        try (Client client = new Client(server.address().getPort())) {
            assertThat(client.ask(PING)).isEqualTo(PONG);
        }
    }
}
