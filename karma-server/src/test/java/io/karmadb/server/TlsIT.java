package io.karmadb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.karmadb.client.KarmaClient;
import io.karmadb.client.KarmaClientException;
import io.karmadb.client.KarmaNotSentException;
import io.karmadb.client.Tls;
import io.karmadb.server.network.Certificate;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS from end to end: the real jar, and everything that speaks to it. */
@Timeout(180)
class TlsIT {
    @TempDir
    private static Path shared;

    private static Certificate servers;
    private static Certificate clients;

    @TempDir
    private Path temporary;

    private record Said(int status, String out, String err) {}

    @BeforeAll
    static void makeCertificates() throws Exception {
        servers = Certificate.make(shared, "server");
        clients = Certificate.make(shared, "client");
    }

    private Said run(String... words) throws Exception {
        List<String> all = KarmaProcess.command();
        all.addAll(List.of(words));
        Path out = temporary.resolve("out");
        Path err = temporary.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(all)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KARMA_"));
        int status = builder.start().waitFor();
        return new Said(status, Files.readString(out), Files.readString(err));
    }

    private KarmaProcess serve(Path certificate, Path key, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--tls-cert=" + certificate, "--tls-key=" + key));
        all.addAll(List.of(options));
        return KarmaProcess.serve(temporary.resolve("data"), all.toArray(new String[0]));
    }

    private static KarmaClient client(KarmaProcess karma, Tls tls) {
        return KarmaClient.builder()
                .port(karma.port())
                .tls(tls)
                .connectAttemptsMax(1)
                .build();
    }

    @Test
    void toolsAndTheClientShowTheirCertificateToTheServer() throws Exception {
        try (KarmaProcess karma = serve(servers.pem(), servers.key(), "--tls-client-ca=" + clients.pem())) {
            String port = "--port=" + karma.port();
            String authority = "--tls-ca=" + servers.pem();
            String certificate = "--tls-cert=" + clients.pem();
            String key = "--tls-key=" + clients.key();
            assertThat(run("cli", port, authority, certificate, key, "increment", "links", "42"))
                    .isEqualTo(new Said(0, "OK\n", ""));
            try (KarmaClient client =
                    client(karma, Tls.trusting(servers.pem()).withCertificate(clients.pem(), clients.key()))) {
                client.increment("links", 42);
                assertThat(client.sum("links", 42)).isEqualTo(2);
            }
            Said exported = run("export", port, authority, certificate, key);
            assertThat(exported.err()).startsWith("karma export: ").hasLineCount(1);
            assertThat(exported.out())
                    .startsWith("tree,key,day,count")
                    .contains("links,42,")
                    .endsWith(",2\r\n");
            assertThat(exported.status()).isZero();

            assertThat(run("cli", port, authority, "ping").status()).isEqualTo(3);
            assertThat(run("export", port, authority).status()).isEqualTo(1);
            assertThat(run("cli", port, "--tls-ca=" + clients.pem(), certificate, key, "ping")
                            .status())
                    .isEqualTo(3);
            try (KarmaClient stranger = client(karma, Tls.trusting(servers.pem()))) {
                assertThatThrownBy(stranger::ping).isInstanceOf(KarmaClientException.class);
            }
            assertThat(karma.stop("TERM")).isZero();
        }
    }

    @Test
    void hangupReadsTheCertificatesAgainAndBadOnesChangeNothing() throws Exception {
        Path certificate = Files.copy(servers.pem(), temporary.resolve("current.crt"));
        Path key = Files.copy(servers.key(), temporary.resolve("current.key"));
        try (KarmaProcess karma = serve(certificate, key)) {
            Files.copy(clients.pem(), certificate, StandardCopyOption.REPLACE_EXISTING);
            karma.signal("HUP");
            karma.awaitOutput("\"event\":\"tls.failed\"");
            assertThat(karma.output()).contains("the key is not that of the certificate");
            try (KarmaClient after = client(karma, Tls.trusting(servers.pem()))) {
                after.ping();
            }
            Files.copy(clients.key(), key, StandardCopyOption.REPLACE_EXISTING);
            karma.signal("HUP");
            karma.awaitOutput("\"event\":\"tls.reload\"");
            try (KarmaClient after = client(karma, Tls.trusting(clients.pem()));
                    KarmaClient distrustful = client(karma, Tls.trusting(servers.pem()))) {
                after.ping();
                assertThatThrownBy(distrustful::ping).isInstanceOf(KarmaNotSentException.class);
            }
            assertThat(karma.stop("TERM")).isZero();
        }
    }
}
