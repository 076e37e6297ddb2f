package io.karmadb.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A file of the dashboard, from the jar: read once, under a name that is known beforehand. */
final class Resource {
    private final Reply reply;

    private Resource(Reply reply) {
        this.reply = reply;
    }

    static Resource of(String name, String type) {
        try (InputStream in = Resource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: resource=" + name);
            }
            return new Resource(Reply.ok(type, in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot be read from the jar: resource=" + name, e);
        }
    }

    Reply answer() {
        return reply;
    }
}
