package io.karmadb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Clients for tests, and what tests do with them. */
final class TestClients {
    static final String SECRET = "correct horse";

    private TestClients() {}

    static KarmaClientBuilder client(int port) {
        return KarmaClient.builder().port(port).token(SECRET).requestTimeout(Duration.ofSeconds(60));
    }

    static KarmaClientException failure(CompletableFuture<?> future) {
        Throwable thrown = catchThrowable(() -> future.get(60, TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        assertThat(thrown.getCause()).isInstanceOf(KarmaClientException.class);
        assertThat(thrown.getCause()).hasMessageNotContaining(SECRET);
        return (KarmaClientException) thrown.getCause();
    }

    static CompletableFuture<Void> increment(KarmaClient client) {
        return client.async().increment("a", 1).toCompletableFuture();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
