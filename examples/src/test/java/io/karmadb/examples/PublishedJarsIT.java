package io.karmadb.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The jars as they are built. */
class PublishedJarsIT {
    @ParameterizedTest
    @CsvSource({
        "karma-core, io.karmadb",
        "karma-client, io.karmadb.client",
        "karma-micrometer, io.karmadb.micrometer",
        "karma-server, io.karmadb.server"
    })
    void aJarNamesTheModuleThatItIs(String artifact, String module) throws IOException {
        Path jar = jar(artifact);
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
                    .isEqualTo(module);
            String type = module.replace('.', '/') + "/[A-Z]\\w+\\.class";
            assertThat(file.stream().map(JarEntry::getName))
                    .as("types in the package of the module's name")
                    .anyMatch(name -> name.matches(type));
        }
        ModuleDescriptor descriptor =
                ModuleFinder.of(jar).find(module).orElseThrow().descriptor();
        assertThat(descriptor.isAutomatic()).isTrue();
    }

    private static Path jar(String artifact) throws IOException {
        try (Stream<Path> files =
                Files.list(Readme.directory().resolve(artifact).resolve("target"))) {
            return files.filter(
                            file -> file.getFileName().toString().matches(artifact + "-\\d[^a-z]*(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
