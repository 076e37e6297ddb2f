package io.karmadb.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/** What a client is built with. Everything has a default. For one thread; may build several clients. */
public final class KarmaClientBuilder {
    private static final int PORT_MAX = 65_535;
    private static final Duration TIMEOUT_MAX = Duration.ofDays(1);

    private String host = "127.0.0.1";
    private int port = 8080;
    private String token;
    private Tls tls;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration requestTimeout = Duration.ofSeconds(10);
    private Duration maintenanceTimeout = Duration.ofMinutes(10);
    private Duration idleTimeout = Duration.ofSeconds(3);
    private Duration backoffFirst = Duration.ofMillis(50);
    private Duration backoffMax = Duration.ofSeconds(5);
    private int connectAttemptsMax;
    private int inFlightMax = 10_000;
    private int requestBytesMax = 4096;
    private int answerBytesMax = 16 * 1024 * 1024;

    KarmaClientBuilder() {}

    /**
     * Sets the server.
     *
     * @param value a name or an address; 127.0.0.1 by default
     * @return this
     */
    public KarmaClientBuilder host(String value) {
        if (value.isBlank()) {
            throw wrong("host", "blank");
        }
        host = value;
        return this;
    }

    /**
     * Sets the server's port.
     *
     * @param value 1 to 65535; 8080 by default
     * @return this
     */
    public KarmaClientBuilder port(int value) {
        port = range("port", value, 1, PORT_MAX);
        return this;
    }

    /**
     * Sets what every request carries as its token. It is in no message and no log line.
     *
     * @param value the token, or null for none
     * @return this
     */
    public KarmaClientBuilder token(String value) {
        if (value != null
                && (value.isEmpty() || !StandardCharsets.UTF_8.newEncoder().canEncode(value))) {
            throw wrong("token", "empty, or with an unpaired surrogate");
        }
        token = value;
        return this;
    }

    /**
     * Encrypts connections.
     *
     * @param value whom to trust, or null for plain connections, the default
     * @return this
     */
    public KarmaClientBuilder tls(Tls value) {
        tls = value;
        return this;
    }

    /**
     * Sets how long one attempt to connect may take, TLS included.
     *
     * @param value 1 millisecond to 1 day; 5 seconds by default
     * @return this
     */
    public KarmaClientBuilder connectTimeout(Duration value) {
        connectTimeout = range("connectTimeout", value);
        return this;
    }

    /**
     * Sets how long a request may take in all, from the call to the answer, connecting included. When it is up the
     * connection is given up, since answers come in order. For an answer that is streamed it is the longest pause.
     *
     * @param value 1 millisecond to 1 day; 10 seconds by default
     * @return this
     */
    public KarmaClientBuilder requestTimeout(Duration value) {
        requestTimeout = range("requestTimeout", value);
        return this;
    }

    /**
     * Sets the same for {@code dump}, {@code dump_all}, {@code load} and {@code verify}.
     *
     * @param value 1 millisecond to 1 day; 10 minutes by default
     * @return this
     */
    public KarmaClientBuilder maintenanceTimeout(Duration value) {
        maintenanceTimeout = range("maintenanceTimeout", value);
        return this;
    }

    /**
     * Sets how long a connection is kept without use. It must be less than the server's {@code --read-timeout}, or a
     * request can meet a connection that the server is about to close, and then has no known outcome.
     *
     * @param value 1 millisecond to 1 day; 3 seconds by default, the server's being 5
     * @return this
     */
    public KarmaClientBuilder idleTimeout(Duration value) {
        idleTimeout = range("idleTimeout", value);
        return this;
    }

    /**
     * Sets how long to wait between attempts to connect: up to {@code first}, then twice that, and so on, up to
     * {@code max}, each time between half of it and all.
     *
     * @param first 1 millisecond or more; 50 milliseconds by default
     * @param max at least that; 5 seconds by default
     * @return this
     */
    public KarmaClientBuilder backoff(Duration first, Duration max) {
        range("first", first);
        if (range("max", max).compareTo(first) < 0) {
            throw wrong("max", max + ", less than first=" + first);
        }
        backoffFirst = first;
        backoffMax = max;
        return this;
    }

    /**
     * Sets after how many failures to connect in a row the requests that wait fail, instead of when their time is up.
     *
     * @param value 0 or more; 0, the default, for any number
     * @return this
     */
    public KarmaClientBuilder connectAttemptsMax(int value) {
        connectAttemptsMax = range("connectAttemptsMax", value, 0, Integer.MAX_VALUE);
        return this;
    }

    /**
     * Sets how many requests may be unanswered. Who makes one more waits until another is answered, also in the
     * asynchronous form, but there not within what comes after an answer: that fails at once.
     *
     * @param value 1 to 10 million; 10000 by default
     * @return this
     */
    public KarmaClientBuilder inFlightMax(int value) {
        inFlightMax = range("inFlightMax", value, 1, 10_000_000);
        return this;
    }

    /**
     * Sets the longest request, which should be no more than the server's {@code --max-request-bytes}: a server closes
     * the connection at a longer one, also for the requests behind it.
     *
     * @param value 64 to 1 GiB; 4096 by default
     * @return this
     */
    public KarmaClientBuilder requestBytesMax(int value) {
        requestBytesMax = range("requestBytesMax", value, 64, 1 << 30);
        return this;
    }

    /**
     * Sets the longest answer that is not streamed.
     *
     * @param value 1 KiB to 1 GiB; 16 MiB by default
     * @return this
     */
    public KarmaClientBuilder answerBytesMax(int value) {
        answerBytesMax = range("answerBytesMax", value, 1024, 1 << 30);
        return this;
    }

    /**
     * Builds a client. It connects with the first request.
     *
     * @return a client, to be closed
     * @throws IllegalArgumentException if the files for TLS cannot be used
     */
    public KarmaClient build() {
        return new KarmaClient(new Session(new ClientSettings(
                host,
                port,
                token,
                tls == null ? null : tls.open(),
                connectTimeout,
                requestTimeout,
                maintenanceTimeout,
                idleTimeout,
                new Backoff(
                        backoffFirst,
                        backoffMax,
                        () -> ThreadLocalRandom.current().nextDouble()),
                connectAttemptsMax,
                inFlightMax,
                requestBytesMax,
                answerBytesMax)));
    }

    private static int range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw wrong(name, value);
        }
        return value;
    }

    private static Duration range(String name, Duration value) {
        Objects.requireNonNull(value, name);
        if (value.toMillis() < 1 || value.compareTo(TIMEOUT_MAX) > 0) {
            throw wrong(name, value);
        }
        return value;
    }

    private static IllegalArgumentException wrong(String name, Object value) {
        return new IllegalArgumentException("out of range: " + name + "=" + value);
    }
}
