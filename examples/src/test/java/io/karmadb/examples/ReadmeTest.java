package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    /** A comment that names a file, and below it a block of code. */
    private static final Pattern SNIPPET =
            Pattern.compile("<!-- ([^ ]+\\.java) -->\n```java\n(.*?)```\n", Pattern.DOTALL);

    @Test
    void snippetsAreTheFilesThatTheyName() throws IOException {
        Matcher snippets = SNIPPET.matcher(Readme.text());
        int count = 0;
        while (snippets.find()) {
            Path file = Readme.directory().resolve(snippets.group(1));
            assertThat(snippets.group(2)).as("README.md, copy of %s", file).isEqualTo(Files.readString(file));
            count++;
        }
        assertThat(count).as("snippets in README.md").isPositive();
    }

    @Test
    void everyJavaBlockNamesAFile() throws IOException {
        assertThat(Readme.text().split("```java\n", -1))
                .as("every block of Java in README.md stands below a comment that names its file")
                .hasSize(1 + (int) SNIPPET.matcher(Readme.text()).results().count());
    }

    @Test
    void tellsTheJvmFlagsOfThisBuild() throws IOException {
        assertThat(Readme.text()).contains(System.getProperty("karma.opens"));
    }
}
