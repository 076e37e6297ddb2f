package io.karmadb.server.bench;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** How requests and answers look on the wire. */
enum WireProtocol {
    /** This server's, and the existing one's. */
    KARMA {
        @Override
        RequestTemplate template(Operation operation, String tree, String token) {
            String command = switch (operation) {
                case SUM_RANGE -> "sum";
                case FIND_TREE -> "find";
                default -> operation.text();
            };
            String head = "{\"command\":\"" + command + "\"";
            if (token != null) {
                head += ",\"token\":" + quote(token);
            }
            if (operation == Operation.PING) {
                return RequestTemplate.of(head + "}\n");
            }
            head += ",\"tree_name\":" + quote(tree);
            if (operation == Operation.FIND_TREE) {
                return RequestTemplate.of(head + ",\"time_from\":0,\"time_to\":99999999}\n");
            }
            boolean hasRange = operation == Operation.SUM_RANGE || operation == Operation.FIND;
            return RequestTemplate.withKey(head + ",\"key\":", (hasRange ? lastDays() : "") + "}\n", false);
        }

        @Override
        ResponseReader newReader() {
            return new KarmaResponseReader();
        }
    },

    /** That of Redis; a tree is a hash, a key is a field of it. */
    REDIS {
        @Override
        RequestTemplate template(Operation operation, String tree, String token) {
            return switch (operation) {
                case INCREMENT -> increment(tree, "1");
                case DECREMENT -> increment(tree, "-1");
                case SUM -> RequestTemplate.withKey("*3\r\n" + bulk("HGET") + bulk(tree) + "$", "\r\n", true);
                case PING -> RequestTemplate.of("*1\r\n" + bulk("PING"));
                default -> throw new IllegalArgumentException("Redis has nothing like " + operation.text());
            };
        }

        @Override
        ResponseReader newReader() {
            return new RedisResponseReader();
        }
    };

    private static final int DAYS = 30;

    /**
     * Returns what an operation's requests look like.
     *
     * @param tree the tree's name
     * @param token the token, or null
     * @throws IllegalArgumentException if the protocol has no such operation
     */
    abstract RequestTemplate template(Operation operation, String tree, String token);

    abstract ResponseReader newReader();

    private static String quote(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    private static String lastDays() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return ",\"time_from\":" + day(today.minusDays(DAYS - 1)) + ",\"time_to\":" + day(today);
    }

    private static String day(LocalDate date) {
        return date.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    private static RequestTemplate increment(String tree, String by) {
        return RequestTemplate.withKey("*4\r\n" + bulk("HINCRBY") + bulk(tree) + "$", "\r\n" + bulk(by), true);
    }

    private static String bulk(String text) {
        return "$" + text.getBytes(StandardCharsets.UTF_8).length + "\r\n" + text + "\r\n";
    }
}
