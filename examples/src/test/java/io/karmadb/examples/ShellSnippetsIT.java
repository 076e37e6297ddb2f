package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every block of shell commands in README.md and docs, document by document, as {@link ShellSession} does. */
class ShellSnippetsIT {
    /** Those that cannot be run here, by how they begin, and why. */
    private static final Map<String, String> NOT_RUN = Map.of(
            "bin/karma --directory=data   # runs the server; builds it first", "is this build",
            "bin/karma bench --port=8080", "loads the machine for 40 seconds; the tests of the server run it for less",
            "mvn -q verify -pl karma-server -am -Dtest=none -Dit.test=KilledServerIT", "takes an hour",
            "mvn -q verify -pl karma-server -am -Dtest=none -Dit.test=DashboardIT", "needs a browser",
            "java -cp karma-bench/target/karma-bench.jar", "takes minutes",
            "useradd", "needs root and systemd",
            "docker build", "needs Docker",
            "export KARMA_AUTH_TOKEN=$(openssl rand -hex 32) GRAFANA", "needs Docker",
            "mvn -q compile dependency:copy-dependencies", "is for a project of the reader, which NewProjectIT makes",
            "mvn install", "changes the local repository of who runs the tests");

    @TempDir
    Path scratch;

    @Test
    void everyBlockRunsInTheOrderOfItsDocument() throws Exception {
        Map<Path, List<Snippet>> documents = Snippet.inDocuments("sh").stream()
                .filter(snippet -> NOT_RUN.keySet().stream().noneMatch(snippet.text()::startsWith))
                .collect(Collectors.groupingBy(Snippet::file, LinkedHashMap::new, Collectors.toList()));
        assertThat(documents).hasSizeGreaterThan(1);
        for (List<Snippet> snippets : documents.values()) {
            Path directory =
                    Files.createDirectory(scratch.resolve(snippets.get(0).file().getFileName() + "-session"));
            try (ShellSession session = new ShellSession(directory)) {
                for (Snippet snippet : snippets) {
                    session.run(snippet);
                }
            }
        }
    }

    @Test
    void theListOfThoseThatAreNotRunHasNoOthers() throws IOException {
        List<Snippet> snippets = Snippet.inDocuments("sh");
        assertThat(NOT_RUN.keySet())
                .allSatisfy(start -> assertThat(snippets)
                        .as("blocks that begin with: %s", start)
                        .anyMatch(snippet -> snippet.text().startsWith(start)));
    }

    @Test
    void noBlockOfCommandsIsCalledOtherwise() throws IOException {
        for (String language : List.of("bash", "shell", "console", "zsh")) {
            assertThat(Snippet.inDocuments(language)).as(language).isEmpty();
        }
    }
}
