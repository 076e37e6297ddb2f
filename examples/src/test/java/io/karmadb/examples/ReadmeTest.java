package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    /** A comment above a block of code, which is a copy of the file that the comment names. */
    static final Pattern FILE = Pattern.compile("<!-- ([^ ]+/(\\w+)\\.java) -->");

    private static final Path TESTS = Path.of("src/test/java/io/karmadb/examples");

    @Test
    void programsAreTheFilesThatTheyNameAndEachHasATest() throws IOException {
        List<Snippet> programs = new ArrayList<>();
        for (Snippet snippet : Snippet.inDocuments("java")) {
            Matcher file = FILE.matcher(snippet.before());
            if (file.matches()) {
                Path copied = Readme.directory().resolve(file.group(1));
                assertThat(snippet.text()).as("%s, copy of %s", snippet, copied).isEqualTo(Files.readString(copied));
                assertThat(Stream.of("Test.java", "IT.java").map(end -> TESTS.resolve(file.group(2) + end)))
                        .as("tests of %s", copied)
                        .anyMatch(Files::exists);
                programs.add(snippet);
            }
        }
        assertThat(programs).as("programs in the documentation").hasSizeGreaterThan(1);
    }

    /** Others are statements, which {@link JavaSnippetsIT} runs. */
    @Test
    void everyProgramNamesAFile() throws IOException {
        assertThat(Snippet.inDocuments("java"))
                .filteredOn(snippet -> snippet.text().contains("void main("))
                .allMatch(snippet -> FILE.matcher(snippet.before()).matches());
    }

    @Test
    void tellsTheJvmFlagsOfThisBuild() throws IOException {
        assertThat(Readme.text()).contains(System.getProperty("karma.opens"));
    }
}
