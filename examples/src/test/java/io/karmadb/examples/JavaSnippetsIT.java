package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles and runs the Java in the documentation that is no program of its own: statements in the Javadoc of the public
 * API, and in README.md and docs where they name no file. Whole programs name their file, see {@link ReadmeTest}.
 */
class JavaSnippetsIT {
    private static final String JDK = "java.nio.file.*, java.time.*, java.util.*";

    /** The public API, and what a reader of each package imports besides the JDK. */
    private static final Map<String, String> PACKAGES = Map.of(
            "karma-core/src/main/java/io/karmadb", "io.karmadb.*",
            "karma-client/src/main/java/io/karmadb/client", "io.karmadb.client.*",
            "karma-micrometer/src/main/java/io/karmadb/micrometer",
                    "io.karmadb.*, io.karmadb.micrometer.*, io.micrometer.core.instrument.*,"
                            + " io.micrometer.core.instrument.simple.*");

    /** What statements about the store may take for granted; they may declare the same names themselves. */
    private static final String GIVEN = """
            static final KarmaStore store = KarmaStore.open(KarmaOptions.builder().build());
            static final Tree tree = store.tree("links");
            static final long[] clicked = {7, 42};
            """;

    private static final String IN_DOCUMENTS = PACKAGES.get("karma-micrometer/src/main/java/io/karmadb/micrometer");

    @TempDir
    static Path served;

    private static ServerProcess server;

    @TempDir
    Path scratch;

    private record Statements(Snippet snippet, String imports) {
        @Override
        public String toString() {
            return snippet.toString();
        }
    }

    @BeforeAll
    static void startServer() throws Exception {
        server = ServerProcess.start(served, served.resolve("data"));
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    static Stream<Statements> statements() throws IOException {
        List<Statements> all = new ArrayList<>();
        for (Map.Entry<String, String> one : PACKAGES.entrySet()) {
            for (Snippet snippet : Snippet.inJavadoc(Readme.directory().resolve(one.getKey()))) {
                all.add(new Statements(snippet, one.getValue()));
            }
        }
        for (Snippet snippet : Snippet.inDocuments("java")) {
            if (!ReadmeTest.FILE.matcher(snippet.before()).matches()) {
                all.add(new Statements(snippet, IN_DOCUMENTS));
            }
        }
        return all.stream();
    }

    @Test
    void thereAreStatementsInEveryModule() throws IOException {
        assertThat(statements().map(Statements::imports).distinct()).hasSize(PACKAGES.size());
    }

    @ParameterizedTest
    @MethodSource("statements")
    void statementsCompileAndRun(Statements statements) throws Exception {
        makeStore(scratch.resolve("data"));
        String text = statements.snippet().text().replace("8080", Integer.toString(server.port()));
        Path classes = Files.createDirectory(scratch.resolve("classes"));
        compile(program(text, statements), classes, statements.snippet());
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("karma.opens").split(" ")));
        command.addAll(List.of(
                "-ea", "-XX:TieredStopAtLevel=1", "-cp", classes + File.pathSeparator + classPath(), "Program"));
        JavaProcess.run(scratch, command);
    }

    /** What those who read a directory find. */
    private static void makeStore(Path directory) {
        try (KarmaStore store =
                KarmaStore.open(KarmaOptions.builder().directory(directory).build())) {
            store.tree("links").increment(42);
        }
    }

    private static String program(String text, Statements statements) {
        String imports = Arrays.stream((JDK + ", " + statements.imports()).split(", "))
                .map(name -> "import " + name + ";")
                .collect(Collectors.joining());
        String given = statements.imports().startsWith("io.karmadb.*") ? GIVEN : "";
        return imports + "public class Program {" + given
                + "public static void main(String[] args) throws Exception {\n" + text + "}}";
    }

    private static void compile(String program, Path target, Snippet snippet) {
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///Program.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return program;
                    }
                };
        StringWriter messages = new StringWriter();
        boolean done = ToolProvider.getSystemJavaCompiler()
                .getTask(
                        messages,
                        null,
                        null,
                        List.of("--release", "17", "-proc:none", "-classpath", classPath(), "-d", target.toString()),
                        null,
                        List.of(source))
                .call();
        assertThat(done).as("%s compiles:%n%s", snippet, messages).isTrue();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}
