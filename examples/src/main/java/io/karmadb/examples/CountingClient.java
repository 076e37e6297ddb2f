package io.karmadb.examples;

import io.karmadb.client.Days;
import io.karmadb.client.KarmaClient;

/** Counts on a server, and shows what it has counted. */
public final class CountingClient {
    private CountingClient() {}

    public static void main(String[] args) {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
        try (KarmaClient client =
                KarmaClient.builder().host("127.0.0.1").port(port).build()) {
            client.increment("links", 42);
            long total = client.sum("links", 42);
            long may = client.sum("links", 42, new Days(20260501, 20260531));
            System.out.println("all days: " + Long.toUnsignedString(total));
            System.out.println("May 2026: " + Long.toUnsignedString(may));
            client.async().increment("links", 7).toCompletableFuture().join();
            client.findAll("links", Days.ALL, (key, days) -> {
                System.out.println(Long.toUnsignedString(key) + " " + days);
                return true; // go on
            });
        }
    }
}
