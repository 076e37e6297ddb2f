package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what the README tells who begins a project: its pom.xml, its program, its commands, in an empty directory. Maven
 * takes what this build has made from a repository of files, and all else from the local repository of this build, so that
 * the test needs no network; the versions of plugins are those of this build for that reason.
 */
class NewProjectIT {
    private static final int TIMEOUT_SECONDS = 180;
    private static final String COMMANDS = "mvn -q compile dependency:copy-dependencies";

    @TempDir
    Path scratch;

    private String version;

    @Test
    void theProgramOfTheReadmeRunsInAProjectThatHasNothingButTheDependency() throws Exception {
        version = CoordinatesTest.version();
        stage("karma", Readme.directory());
        stage("karma-bom", Readme.directory().resolve("karma-bom"));
        stage("karma-core", Readme.directory().resolve("karma-core"));
        Path project = Files.createDirectory(scratch.resolve("clicks"));
        Files.writeString(
                project.resolve("pom.xml"), snippet("xml", "<project").replace("</project>", plugins() + "</project>"));
        Path program = project.resolve("src/main/java/io/karmadb/examples/EmbeddedCounters.java");
        Files.createDirectories(program.getParent());
        Files.writeString(program, snippet("java", "package io.karmadb.examples;\n\nimport io.karmadb.DayRange;"));

        assertThat(run(project)).containsExactly("all days: 15", "May 2026: 5");

        try (Stream<Path> libraries = Files.list(project.resolve("target/dependency"))) {
            assertThat(libraries.map(library -> library.getFileName().toString()))
                    .contains("karma-core-" + version + ".jar")
                    .noneMatch(name -> name.matches("(chronicle-(analytics|threads)|affinity|posix|jna|logback).*"));
        }
    }

    /** Puts a module where Maven finds it as if it had been published. */
    private void stage(String artifact, Path module) throws IOException {
        Path folder = scratch.resolve("stage/io/karmadb").resolve(artifact).resolve(version);
        Files.createDirectories(folder);
        Files.copy(module.resolve("pom.xml"), folder.resolve(artifact + "-" + version + ".pom"));
        Path jar = module.resolve("target").resolve(artifact + "-" + version + ".jar");
        if (Files.exists(jar)) {
            Files.copy(jar, folder.resolve(jar.getFileName()));
        }
    }

    private static String snippet(String language, String start) throws IOException {
        return Snippet.inDocuments(language).stream()
                .map(Snippet::text)
                .filter(text -> text.startsWith(start))
                .findFirst()
                .orElseThrow();
    }

    private static String plugins() throws IOException {
        String pom = Files.readString(Readme.directory().resolve("pom.xml"));
        return Stream.of("maven-resources-plugin", "maven-compiler-plugin", "maven-dependency-plugin")
                .map(name -> {
                    Matcher plugin = Pattern.compile(
                                    "<artifactId>" + name + "</artifactId>\\s*<version>[^<]*</version>")
                            .matcher(pom);
                    assertThat(plugin.find()).as(name).isTrue();
                    return "<plugin>" + plugin.group() + "</plugin>";
                })
                .collect(Collectors.joining("", "<build><plugins>", "</plugins></build>\n"));
    }

    /** What the README's commands print. */
    private List<String> run(Path project) throws IOException, InterruptedException {
        Path settings = Files.writeString(scratch.resolve("settings.xml"), settings());
        Path bin = Files.createDirectories(scratch.resolve("bin"));
        Path maven = Files.writeString(
                bin.resolve("mvn"),
                "#!/bin/sh\nexec '%s/bin/mvn' -B -ntp -s '%s' -Dmaven.repo.local='%s' \"$@\"\n"
                        .formatted(System.getProperty("karma.maven.home"), settings, scratch.resolve("repository")));
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        Path output = scratch.resolve("output");
        Path errors = scratch.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder("sh", "-e", "-c", snippet("sh", COMMANDS))
                .directory(project.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        String java = System.getProperty("java.home");
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
        builder.environment().put("JAVA_HOME", java);
        builder.environment()
                .merge(
                        "PATH",
                        bin + File.pathSeparator + Path.of(java, "bin"),
                        (path, first) -> first + File.pathSeparator + path);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("it has ended")
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as("exit status; output:%n%s%n%s", Files.readString(output), Files.readString(errors))
                .isZero();
        return Files.readAllLines(output).stream()
                .map(line -> line.replaceAll("\u001B\\[\\d*m", "")) // Maven resets the terminal's colours
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private String settings() {
        return """
                <settings>
                  <mirrors>
                    <mirror><id>built</id><mirrorOf>*,!stage</mirrorOf><url>%s</url></mirror>
                  </mirrors>
                  <profiles>
                    <profile>
                      <id>stage</id>
                      <repositories><repository><id>stage</id><url>%s</url></repository></repositories>
                    </profile>
                  </profiles>
                  <activeProfiles><activeProfile>stage</activeProfile></activeProfiles>
                </settings>
                """.formatted(
                        Path.of(System.getProperty("karma.maven.repository")).toUri(),
                        scratch.resolve("stage").toUri());
    }
}
