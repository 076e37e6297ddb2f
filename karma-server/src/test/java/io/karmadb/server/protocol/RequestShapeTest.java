package io.karmadb.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestShapeTest {
    private static final String[] COMMANDS = {"ping", "sum", "increment", "find", "import", "nonsense"};
    private static final String[] NAMES = {
        "tree_name", "token", "key", "time_from", "time_to", "day", "count", "other", "command"
    };
    private static final String[] TEXTS = {
        "links", "", "a b", "\u00e4", "\\u0061", "\\\"", "\ud83d\ude00", "x".repeat(70), "\u007f"
    };
    private static final String[] OTHERS = {"null", "true", "-1", "1.5", "1e3", "[1]", "{\"key\":1}"};
    private static final String BYTES = "{}[]\":,\\ \t0123456789-.eE\u0001\u00e4";

    private final Request request = new Request();
    private final RequestShape shape = new RequestShape();

    private boolean learn(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(new JsonRequestParser().parse(bytes, bytes.length, request)).isNull();
        return shape.learn(bytes, bytes.length, request.command());
    }

    private boolean read(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return shape.read(bytes, bytes.length, request);
    }

    @Test
    void readsWhatDiffersInValuesOnly() {
        assertThat(learn("{\"command\":\"sum\", \"tree_name\":\"links\" ,\"key\":1,\"token\":\"s\"}\t"))
                .isTrue();
        assertThat(
                        read(
                                "{\"command\":\"sum\", \"tree_name\":\"other links\" ,\"key\":18446744073709551615,\"token\":\"\"}\t"))
                .isTrue();
        assertThat(request.command()).isSameAs(Command.SUM);
        assertThat(request.treeName()).isEqualTo("other links");
        assertThat(request.key()).isEqualTo(-1);
        assertThat(request.tokenBytes()).isZero();
        assertThat(request.hasRange()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"command\":\"sum\",\"key\":1}  | the end",
                "{\"command\":\"sum\",\"key\":01} | a leading zero",
                "{\"command\":\"sum\",\"key\":}   | no digits",
                "{\"command\":\"sum\",\"key\":-1} | a sign",
                "{\"command\":\"sum\",\"key\":1.} | a fraction",
                "{\"command\":\"sum\",\"key\":18446744073709551616}  | above 2^64-1",
                "{\"command\":\"sum\",\"key\":99999999999999999999}  | far above it",
                "{\"command\":\"sum\",\"key\":100000000000000000000} | digits",
                "{\"command\":\"sum\",\"key\":1  | no end",
                "{\"command\":\"sun\",\"key\":1} | the command",
                "{\"command\":\"sum\",\"kay\":1} | a name",
                "{\"command\":\"sum\", \"key\":1} | a space",
                "{                               | nearly everything"
            })
    void leavesToTheParserWhatDiffersInMore(String line, String why) {
        assertThat(learn("{\"command\":\"sum\",\"key\":1} ")).isTrue();
        assertThat(read(line)).as(why).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0061", "\u00e4", "a\\", "a\"", "a\u0001"})
    void leavesTextToTheParserThatDoesNotStandForItself(String text) {
        assertThat(learn("{\"command\":\"sum\",\"tree_name\":\"a\"}")).isTrue();
        assertThat(read("{\"command\":\"sum\",\"tree_name\":\"" + text + "\"}")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"command\":\"sum\",\"key\":null}",
                "{\"command\":\"sum\",\"tree_name\":null}",
                "{\"command\":\"sum\",\"day\":-1}",
                "{\"command\":\"sum\",\"day\":18446744073709551616}",
                "{\"command\":\"sum\",\"day\":1.5}",
                "{\"command\":\"sum\",\"day\":1e3}",
                "{\"command\":\"sum\",\"day\":\"1\"}",
                "{\"command\":\"sum\",\"day\":[1]}",
                "{\"command\":\"sum\",\"x\":1}",
                "{\"command\":\"sum\",\"key\":1,\"key\":2}",
                "{\"command\":\"ping\",\"command\":\"sum\"}",
                "{\"command\":\"s\\u0075m\"}",
                "{\"comman\\u0064\":\"sum\"}",
                "{\"command\":\"sum\",\"key\\u0000\":1}",
                "{\"command\":\"sum\",\"tree_name\":\"\\\"\"}",
                "{\"command\":\"sum\",\"tree_name\":\"\u00e4\"}"
            })
    void doesNotLearnUnusualLines(String line) {
        assertThat(learn(line)).isFalse();
        assertThat(read(line)).isFalse();
    }

    @Test
    void doesNotLearnLongLines() {
        assertThat(learn("{\"command\":\"ping\"" + " ".repeat(600) + "}")).isFalse();
    }

    @Test
    void keepsNoTokenOfALineThatItDoesNotLearn() throws ReflectiveOperationException {
        assertThat(learn("{\"command\":\"sum\",\"day\":1.5,\"token\":\"secret\"}"))
                .isFalse();
        Field text = RequestShape.class.getDeclaredField("text");
        text.setAccessible(true);
        assertThat(new String((byte[]) text.get(shape), StandardCharsets.ISO_8859_1))
                .contains("day")
                .doesNotContain("secret");
    }

    @Test
    void keepsNoToken() throws ReflectiveOperationException {
        learn("{\"command\":\"sum\",\"token\":\"secret\",\"key\":1}");
        assertThat(read("{\"command\":\"sum\",\"token\":\"secret\",\"key\":1}")).isTrue();
        Field text = RequestShape.class.getDeclaredField("text");
        text.setAccessible(true);
        assertThat(new String((byte[]) text.get(shape), StandardCharsets.ISO_8859_1))
                .contains("token")
                .doesNotContain("secret");
    }

    @Test
    void saysTheSameAsTheJsonParserOfEveryLine() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RequestParser withShapes = new RequestParser();
        JsonRequestParser without = new JsonRequestParser();
        Request expected = new Request();
        String line = "{}";
        int fitted = 0;
        for (int i = 0; i < 200_000; i++) {
            line = random.nextInt(4) == 0 ? line(random) : changed(line, random);
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            String problem = without.parse(bytes, bytes.length, expected);
            assertThat(withShapes.parse(bytes, bytes.length, request))
                    .as("seed=%d, line=%s", seed, line)
                    .isEqualTo(problem);
            if (problem == null) {
                assertThat(told(request)).as("seed=%d, line=%s", seed, line).isEqualTo(told(expected));
                fitted += shape.learn(bytes, bytes.length, expected.command()) ? 1 : 0;
            }
        }
        assertThat(fitted).as("seed=%d", seed).isGreaterThan(10_000);
    }

    private static String told(Request request) {
        StringBuilder told = new StringBuilder();
        told.append(request.command()).append(' ').append(request.unknownCommand());
        told.append(' ').append(request.treeLength() < 0 ? null : '"' + request.treeName() + '"');
        byte[] token = request.encodeToken(new byte[0]);
        told.append(' ').append(token == null ? null : new String(token, StandardCharsets.UTF_8));
        told.append(' ').append(request.hasKey() ? Long.toUnsignedString(request.key()) : null);
        if (request.command() != null) {
            told.append(' ').append(request.validate());
            told.append(' ').append(request.hasRange() && request.validate() == null ? request.range() : null);
            told.append(' ')
                    .append(
                            request.command().needsDayAndCount() && request.validate() == null
                                    ? request.day() + ":" + request.count()
                                    : null);
        }
        return told.toString();
    }

    /** A line that is a request more often than not. */
    private static String line(Random random) {
        String[] spaces = random.nextBoolean() ? new String[] {""} : new String[] {"", "", " ", "\t"};
        StringBuilder line = new StringBuilder("{");
        line.append("\"command\":\"").append(one(COMMANDS, random)).append('"');
        for (int i = random.nextInt(6); i > 0; i--) {
            String name = one(NAMES, random);
            line.append(one(spaces, random)).append(',').append(one(spaces, random));
            line.append('"')
                    .append(name)
                    .append('"')
                    .append(one(spaces, random))
                    .append(':');
            line.append(one(spaces, random)).append(value(name, random));
        }
        return line.append(one(spaces, random))
                .append('}')
                .append(one(spaces, random))
                .toString();
    }

    private static String value(String name, Random random) {
        if (random.nextInt(20) == 0) {
            return one(OTHERS, random);
        }
        return switch (name) {
            case "tree_name", "token" -> '"' + one(TEXTS, random) + '"';
            case "command" -> '"' + one(COMMANDS, random) + '"';
            default -> number(random);
        };
    }

    private static String number(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Integer.toString(random.nextInt(3));
            case 1 -> Long.toUnsignedString(-1 - random.nextInt(20));
            case 2 -> "2026" + (10 + random.nextInt(4)) + (10 + random.nextInt(25));
            default -> Long.toUnsignedString(random.nextLong() >>> random.nextInt(64));
        };
    }

    /** A line with other numbers, and sometimes with another byte somewhere. */
    private static String changed(String line, Random random) {
        StringBuilder changed = new StringBuilder(line);
        if (random.nextInt(3) == 0 && !line.isEmpty()) {
            int at = random.nextInt(line.length());
            char other = BYTES.charAt(random.nextInt(BYTES.length()));
            switch (random.nextInt(3)) {
                case 0 -> changed.setCharAt(at, other);
                case 1 -> changed.insert(at, other);
                default -> changed.deleteCharAt(at);
            }
        } else {
            for (int i = 0; i < line.length(); i++) {
                if (Character.isDigit(line.charAt(i)) && random.nextBoolean()) {
                    changed.setCharAt(i, (char) ('0' + random.nextInt(10)));
                }
            }
        }
        return changed.toString();
    }

    private static String one(String[] of, Random random) {
        return of[random.nextInt(of.length)];
    }
}
