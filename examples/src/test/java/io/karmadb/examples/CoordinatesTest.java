package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** What the documentation and the BOM say of Maven coordinates, held against the modules. */
class CoordinatesTest {
    private static final String GROUP = "io.karmadb";
    private static final String BOM = "karma-bom";

    /** In running text: group, artifact and perhaps version. */
    private static final Pattern INLINE = Pattern.compile("`io\\.karmadb:([a-z-]+)(?::([^`]+))?`");

    private record Dependency(String group, String artifact, String version, String type, String scope) {
        static Dependency of(Element element) {
            return new Dependency(
                    child(element, "groupId"),
                    child(element, "artifactId"),
                    child(element, "version"),
                    child(element, "type"),
                    child(element, "scope"));
        }

        boolean importsBom() {
            return artifact.equals(BOM) && type.equals("pom") && scope.equals("import");
        }
    }

    @Test
    void snippetsOfPomsNameModulesThatThereAre() throws Exception {
        List<String> published = publishedModules();
        List<Snippet> snippets = Snippet.inDocuments("xml");
        assertThat(snippets).isNotEmpty();
        for (Snippet snippet : snippets) {
            List<Dependency> dependencies = dependencies(parse("<project>" + snippet.text() + "</project>"));
            assertThat(dependencies).as(snippet.toString()).isNotEmpty();
            boolean managed = dependencies.stream().anyMatch(Dependency::importsBom);
            for (Dependency dependency : dependencies) {
                assertThat(dependency.group()).as(snippet.toString()).isEqualTo(GROUP);
                if (!dependency.importsBom()) {
                    assertThat(published).as(snippet.toString()).contains(dependency.artifact());
                }
                assertThat(dependency.version())
                        .as("%s, version of %s", snippet, dependency)
                        .isEqualTo(managed && !dependency.importsBom() ? "" : version());
            }
        }
    }

    @Test
    void coordinatesInTheTextAreThoseOfModules() throws Exception {
        List<MatchResult> named = INLINE.matcher(Readme.text()).results().toList();
        assertThat(named).isNotEmpty();
        List<String> published = publishedModules();
        for (MatchResult one : named) {
            assertThat(published).contains(one.group(1));
            assertThat(one.group(2) == null ? version() : one.group(2)).isEqualTo(version());
        }
    }

    @Test
    void theBomHasTheModulesThatArePublishedAndNothingElse() throws Exception {
        Element bom = pom(BOM);
        assertThat(dependencies(bom))
                .allSatisfy(dependency -> {
                    assertThat(dependency.group()).isEqualTo(GROUP);
                    assertThat(dependency.version()).isEqualTo("${project.version}");
                })
                .extracting(Dependency::artifact)
                .containsExactlyInAnyOrderElementsOf(publishedModules());
        assertThat(child(bom, "version")).isEqualTo(version());
        assertThat(child(bom, "groupId")).isEqualTo(GROUP);
        assertThat(child(bom, "parent"))
                .as("a parent's versions would come along")
                .isEmpty();
    }

    @Test
    void thePluginsThatTheBomRepeatsHaveTheVersionsOfTheOthers() throws Exception {
        List<String> all = plugins(pom("."));
        assertThat(plugins(pom(BOM))).isNotEmpty().isSubsetOf(all);
    }

    /** Those whose version is given, with it. */
    private static List<String> plugins(Element pom) {
        return elements(pom, "plugin").stream()
                .filter(plugin -> !child(plugin, "version").isEmpty())
                .map(plugin -> child(plugin, "artifactId") + ":" + child(plugin, "version"))
                .toList();
    }

    /** Those that have a jar of sources, which others are for. */
    private static List<String> publishedModules() throws Exception {
        List<String> published = new ArrayList<>();
        for (Element module : elements(pom("."), "module")) {
            String name = module.getTextContent();
            boolean hasSources = elements(pom(name), "artifactId").stream()
                    .anyMatch(artifact -> artifact.getTextContent().equals("maven-source-plugin"));
            if (hasSources) {
                published.add(name);
            }
        }
        assertThat(published).contains("karma-core");
        return published;
    }

    /** The version of all modules. */
    static String version() throws Exception {
        return child(pom("."), "version");
    }

    private static Element pom(String module) throws Exception {
        Path file = Readme.directory().resolve(module).resolve("pom.xml");
        return parse(Files.readString(file));
    }

    private static Element parse(String xml) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
        return document.getDocumentElement();
    }

    private static List<Dependency> dependencies(Element root) throws IOException {
        return elements(root, "dependency").stream().map(Dependency::of).toList();
    }

    private static List<Element> elements(Element root, String name) {
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < root.getElementsByTagName(name).getLength(); i++) {
            found.add((Element) root.getElementsByTagName(name).item(i));
        }
        return found;
    }

    /** The text of a child of this element itself; empty if there is none. */
    private static String child(Element element, String name) {
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(name)) {
                return node.getTextContent().strip();
            }
        }
        return "";
    }
}
