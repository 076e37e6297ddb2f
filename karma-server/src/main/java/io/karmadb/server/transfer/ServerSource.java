package io.karmadb.server.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.karmadb.DayRange;
import io.karmadb.server.terminal.Printable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A running server. An answer is read while it comes, so that a tree need not fit into memory. */
final class ServerSource implements Source {
    static final String NOT_FOUND = "not_found";

    private final ServerConnection connection;

    /** Reads all answers, one after the other. */
    private final JsonParser parser;

    /** Takes what is wrong with writing past what is wrong with reading. */
    private static final class SinkException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final IOException failure;

        SinkException(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    /** The value of a response, read from the parser's present token on to its end. */
    private interface Response {
        void read(JsonToken token) throws IOException, TransferException;
    }

    private ServerSource(ServerConnection connection, JsonParser parser) {
        this.connection = connection;
        this.parser = parser;
    }

    static ServerSource connect(ServerAddress server) throws TransferException {
        ServerConnection connection = ServerConnection.open(server);
        JsonFactory json = JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // keys are field names: they would all be kept
                .build();
        try {
            // Given the stream itself, it would look at its first bytes now, before anything was asked.
            Reader in = new InputStreamReader(connection.in(), StandardCharsets.UTF_8);
            return new ServerSource(connection, json.createParser(in));
        } catch (IOException e) {
            connection.close();
            throw connection.lost(e);
        }
    }

    @Override
    public List<String> trees() throws TransferException {
        List<String> names = new ArrayList<>();
        ask(connection.startOf("trees", null) + "}\n", token -> {
            require(token == JsonToken.START_ARRAY);
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
                names.add(parser.getText());
            }
            require(parser.currentToken() == JsonToken.END_ARRAY);
        });
        return names;
    }

    @Override
    public long keys() throws TransferException {
        long[] keys = new long[1];
        ask(connection.startOf("stats", null) + "}\n", token -> {
            require(token == JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && name.equals("keys")) {
                    keys[0] = parser.getLongValue();
                } else {
                    parser.skipChildren();
                }
            }
            require(parser.currentToken() == JsonToken.END_OBJECT);
        });
        return keys[0];
    }

    @Override
    public boolean read(String tree, DayRange range, Sink sink) throws TransferException, IOException {
        String request = connection.startOf("find", tree) + ",\"time_from\":" + range.first() + ",\"time_to\":"
                + range.last() + "}\n";
        try {
            return ask(request, token -> {
                require(token == JsonToken.START_OBJECT);
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    long key = Long.parseUnsignedLong(parser.currentName());
                    require(parser.nextToken() == JsonToken.START_OBJECT);
                    readBuckets(tree, key, sink);
                    sink.keyDone();
                }
                require(parser.currentToken() == JsonToken.END_OBJECT);
            });
        } catch (SinkException signal) {
            throw signal.failure;
        }
    }

    private void readBuckets(String tree, long key, Sink sink) throws IOException, TransferException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            int day = Integer.parseInt(parser.currentName());
            require(parser.nextToken() == JsonToken.VALUE_NUMBER_INT);
            long count = Long.parseUnsignedLong(parser.getText());
            try {
                sink.bucket(tree, key, day, count);
            } catch (IOException e) {
                throw new SinkException(e);
            }
        }
        require(parser.currentToken() == JsonToken.END_OBJECT);
    }

    /**
     * Sends a request and reads its answer.
     *
     * @return false if the answer is that there is no such tree
     */
    private boolean ask(String request, Response response) throws TransferException {
        connection.send(request);
        try {
            return readAnswer(response);
        } catch (JsonProcessingException | NumberFormatException e) {
            throw new TransferException("the server " + connection.server().name()
                    + " ended its answer early, or does not speak the protocol: " + e.getMessage());
        } catch (IOException e) {
            throw connection.lost(e);
        }
    }

    private boolean readAnswer(Response response) throws IOException, TransferException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw connection.ended();
        }
        require(token == JsonToken.START_OBJECT);
        boolean success = false;
        String message = null;
        String code = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("success")) {
                success = value == JsonToken.VALUE_TRUE;
            } else if (name.equals("response") && success) {
                response.read(value);
            } else if (name.equals("response")) {
                message = parser.getText();
            } else if (name.equals("error_code")) {
                code = value == JsonToken.VALUE_NULL ? null : parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        require(parser.currentToken() == JsonToken.END_OBJECT);
        if (!success && !NOT_FOUND.equals(code)) {
            throw new TransferException("the server " + connection.server().name() + " answered: "
                    + Printable.of(String.valueOf(message)) + " (" + code + ")");
        }
        return success;
    }

    private void require(boolean expected) throws TransferException {
        if (!expected) {
            throw new TransferException("the server " + connection.server().name()
                    + " ended its answer early, or does not speak the protocol");
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
