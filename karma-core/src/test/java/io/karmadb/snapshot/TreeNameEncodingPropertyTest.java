package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Any name becomes a file name that the file system takes, and no other name becomes the same. */
@Tag("exhaustive")
final class TreeNameEncodingPropertyTest {
    /** Names made of what is awkward: escapes and halves of escapes, separators, controls, and characters of all widths. */
    @Provide
    Arbitrary<String> awkwardNames() {
        Arbitrary<String> pieces = Arbitraries.of(
                "a",
                "x_",
                "%",
                "%4",
                "%41",
                "%2F",
                "%2f",
                "%25",
                "%7E",
                "%%",
                "2F",
                "/",
                "..",
                ".",
                "\n",
                "\0",
                "\u007f",
                "\u0085",
                "\u009f",
                "\u00a0",
                "ü",
                "日",
                "🙂",
                "~",
                ".tree",
                ".tmp",
                "0123456789abcdef",
                "\\",
                ":",
                " ");
        return pieces.list().ofMinSize(1).ofMaxSize(90).map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<String> anyNames() {
        return Arbitraries.strings()
                .ofMinLength(1)
                .ofMaxLength(120)
                .filter(name -> StandardCharsets.UTF_8.newEncoder().canEncode(name));
    }

    @Property(tries = 2000)
    void awkwardNameBecomesAFileName(@ForAll("awkwardNames") String name) {
        assertIsFileName(name);
    }

    @Property(tries = 2000)
    void anyNameBecomesAFileName(@ForAll("anyNames") String name) {
        assertIsFileName(name);
    }

    private static void assertIsFileName(String name) {
        SnapshotName file = SnapshotName.of(Long.MAX_VALUE, name);
        assertThat(file.temporaryName().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255);
        assertThat(file.fileName().chars()).noneMatch(c -> c == '/' || Character.isISOControl(c));
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(file.fileName()))
                .isTrue();
        assertThat(file.isOurs()).isTrue();
        SnapshotName parsed = SnapshotName.parse(file.fileName()).orElseThrow();
        assertThat(parsed).isEqualTo(file);
        assertThat(parsed.seconds()).isEqualTo(Long.MAX_VALUE);
        assertThat(parsed.treeName()).isEqualTo(TreeNameEncoding.encode(name));
    }

    @Property(tries = 2000)
    void decodingUndoesEncodingUnlessTheNameWasCut(@ForAll("awkwardNames") String name) {
        String encoded = TreeNameEncoding.encode(name);
        if (TreeNameEncoding.decode(encoded).isPresent()) {
            assertThat(TreeNameEncoding.decode(encoded)).contains(name);
        } else {
            assertThat(encoded).matches("(?s).*%7E[0-9a-f]{32}");
            assertThat(encoded.getBytes(StandardCharsets.UTF_8).length)
                    .isBetween(TreeNameEncoding.BYTES_MAX - 6, TreeNameEncoding.BYTES_MAX);
        }
    }

    /** A name that has just one encoding in it is hardly ever drawn, so each name is tried with its own encodings. */
    @Property(tries = 2000)
    void namesThatLookLikeEncodingsOfOthersAreOthers(@ForAll("awkwardNames") String name) {
        String once = TreeNameEncoding.encode(name);
        String twice = TreeNameEncoding.encode(once);
        if (!once.equals(name)) {
            assertThat(twice).isNotEqualTo(once);
        }
        assertThat(TreeNameEncoding.encode(name + "_")).isNotEqualTo(once);
    }

    @Example
    void manyNamesHaveAsManyEncodings() {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        String[] pieces = {"%", "2", "5", "F", "/", "7", "E", "%7E", "%25"};
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int j = random.nextInt(7); j >= 0; j--) {
                name.append(pieces[random.nextInt(pieces.length)]);
            }
            String other = names.put(TreeNameEncoding.encode(name.toString()), name.toString());
            assertThat(other).as("seed=" + seed).isIn(null, name.toString());
        }
    }

    @Example
    void oddNamesHaveTheseEncodings() {
        Map<String, String> encodings = Map.ofEntries(
                Map.entry("links", "links"),
                Map.entry("with space", "with space"),
                Map.entry("a.b", "a.b"),
                Map.entry("..", ".."),
                Map.entry("x_1", "x_1"),
                Map.entry("ünïcödé", "ünïcödé"),
                Map.entry("🙂", "🙂"),
                Map.entry("a/b", "a%2Fb"),
                Map.entry("x/../../escaped", "x%2F..%2F..%2Fescaped"),
                Map.entry("%41", "%2541"),
                Map.entry("%2f", "%252f"),
                Map.entry("100%", "100%"),
                Map.entry("%4/", "%4%2F"),
                Map.entry("a\nb\0\u0085", "a%0Ab%00%C2%85"));
        encodings.forEach((name, encoded) ->
                assertThat(TreeNameEncoding.encode(name)).as(name).isEqualTo(encoded));
    }

    @Example
    void longNamesAreCutBetweenCharactersAndGetAHash() {
        String emoji = "🙂".repeat(300);
        String encoded = TreeNameEncoding.encode(emoji);
        assertThat(encoded).matches("(🙂){47}%7E[0-9a-f]{32}"); // 191 bytes have room for 47 of four
        List<String> sameStart = List.of(emoji, emoji + "a", emoji + "b", "🙂".repeat(299), encoded);
        assertThat(sameStart.stream().map(TreeNameEncoding::encode).distinct()).hasSize(5);
        String slashes = "/".repeat(100); // an escape is not cut in two either
        assertThat(TreeNameEncoding.encode(slashes)).matches("(%2F){63}%7E[0-9a-f]{32}");
        assertThat(TreeNameEncoding.encode("x".repeat(226))).isEqualTo("x".repeat(226));
        assertThat(TreeNameEncoding.encode("x".repeat(227))).matches("x{191}%7E[0-9a-f]{32}");
        assertThat(SnapshotName.of(Long.MAX_VALUE, "x".repeat(226)).temporaryName())
                .hasSize(255);
    }

    @Example
    void whatNoTreeCanBeCalledIsRefused() {
        for (String name : new String[] {"", "\ud83d", "a\ude42", "\ude42\ud83d"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> TreeNameEncoding.encode(name));
        }
    }

    @Example
    void whatNoNameIsEncodedAsIsKnown() {
        for (String text : new String[] {"%41", "%2f", "a%7Eb", "%FF", "%C3%BC", "x%7E" + "0".repeat(32), ""}) {
            assertThat(TreeNameEncoding.isEncoded(text)).as(text).isFalse();
        }
    }
}
