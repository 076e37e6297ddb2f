package io.karmadb.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the documentation shows for readers to copy.
 *
 * @param file where it is
 * @param line of its first line
 * @param language as Markdown names it
 * @param before the line before the block
 * @param text with a line end after each line
 */
record Snippet(Path file, int line, String language, String before, String text) {
    private static final String FENCE = "```";
    private static final String JAVADOC_START = "<pre>{@code";
    private static final String JAVADOC_END = "}</pre>";

    /** Those in a language in README.md and docs. */
    static List<Snippet> inDocuments(String language) throws IOException {
        List<Path> files = new ArrayList<>(List.of(Readme.directory().resolve("README.md")));
        files.addAll(files(Readme.directory().resolve("docs"), ".md"));
        List<Snippet> snippets = new ArrayList<>();
        for (Path file : files) {
            snippets.addAll(fenced(file));
        }
        return snippets.stream()
                .filter(snippet -> snippet.language().equals(language))
                .toList();
    }

    /** Those in the Javadoc of a package. */
    static List<Snippet> inJavadoc(Path packageDirectory) throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        for (Path file : files(packageDirectory, ".java")) {
            snippets.addAll(inComments(file));
        }
        return snippets;
    }

    private static List<Path> files(Path directory, String end) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }

    private static List<Snippet> fenced(Path file) throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int start = 0; start < lines.size(); start++) {
            if (lines.get(start).startsWith(FENCE)) {
                int end = start + 1;
                while (!lines.get(end).equals(FENCE)) {
                    end++;
                }
                String language = lines.get(start).substring(FENCE.length());
                String before = start == 0 ? "" : lines.get(start - 1);
                snippets.add(new Snippet(file, start + 2, language, before, joined(lines.subList(start + 1, end))));
                start = end;
            }
        }
        return snippets;
    }

    private static List<Snippet> inComments(Path file) throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int start = 0; start < lines.size(); start++) {
            String line = lines.get(start);
            if (line.contains("<pre>") || line.contains("{@snippet")) {
                if (!line.endsWith(JAVADOC_START)) {
                    throw new IllegalStateException(file + ":" + (start + 1) + ": only blocks that begin with a line "
                            + JAVADOC_START + " can be compiled and run");
                }
                int end = start + 1;
                while (!lines.get(end).endsWith(JAVADOC_END)) {
                    end++;
                }
                List<String> code = lines.subList(start + 1, end).stream()
                        .map(text -> text.replaceFirst("^ *\\* ?", ""))
                        .toList();
                snippets.add(new Snippet(file, start + 2, "java", "", joined(code)));
                start = end;
            }
        }
        return snippets;
    }

    private static String joined(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }

    /** Where it is, for who has to mend it. */
    @Override
    public String toString() {
        return Readme.directory().relativize(file) + ":" + line;
    }
}
