package io.karmadb.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SnapshotNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "links.tree",
                "links",
                "1704067200_.tree",
                "1704067200_links",
                "1704067200_links.tree.tmp",
                "1704067200_links.TREE",
                "_links.tree",
                "abc_x.tree",
                "-1_x.tree",
                "+1_x.tree",
                "1.5_x.tree",
                " 1_x.tree",
                "١_x.tree",
                "9223372036854775808_x.tree",
                "99999999999999999999999999_x.tree",
                "1_a/b.tree",
                "1_../../x.tree",
                "../1_x.tree",
                "/tmp/1_x.tree",
                "1_a\0.tree",
                "1_\ud83d.tree",
                ".tree",
                "_.tree",
                ""
            })
    void otherNamesAreNone(String fileName) {
        assertThat(SnapshotName.parse(fileName)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1704067200_links.tree",
                "0_x.tree",
                "9223372036854775807_x.tree",
                "007_x.tree",
                "1__lead.tree",
                "1_trail_.tree",
                "1_2_3.tree",
                "1_a.tree.tree",
                "1_..tree",
                "1_a\\b.tree",
                "1_a%2Fb.tree",
                "1_日本語🙂.tree"
            })
    void nameIsTakenLiterally(String fileName) {
        SnapshotName name = SnapshotName.parse(fileName).orElseThrow();
        assertThat(name.fileName()).isEqualTo(fileName);
        int underscore = fileName.indexOf('_');
        assertThat(name.seconds()).isEqualTo(Long.parseLong(fileName.substring(0, underscore)));
        assertThat(name.treeName()).isEqualTo(fileName.substring(underscore + 1, fileName.length() - 5));
    }

    @Test
    void onlyNamesThatAreMadeHereAreOurs() {
        assertThat(SnapshotName.of(7, "a/b").isOurs()).isTrue();
        assertThat(SnapshotName.parse("7_a%2Fb.tree").orElseThrow().isOurs()).isTrue();
        assertThat(SnapshotName.parse("07_a.tree").orElseThrow().isOurs()).isFalse();
        assertThat(SnapshotName.parse("7_a%2fb.tree").orElseThrow().isOurs()).isFalse();
        assertThat(SnapshotName.parse("7_a\tb.tree").orElseThrow().isOurs()).isFalse();
    }

    @Test
    void negativeNumberIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotName.of(-1, "links"))
                .withMessageContaining("seconds=-1");
    }
}
