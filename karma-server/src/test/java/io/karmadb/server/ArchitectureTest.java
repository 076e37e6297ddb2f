package io.karmadb.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which. */
@ArchTag("exhaustive")
@AnalyzeClasses(packages = "io.karmadb.server", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule ARROWS_NEVER_RUN_BACK = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("process")
            .definedBy("io.karmadb.server")
            .layer("options")
            .definedBy("io.karmadb.server.options")
            .layer("logging")
            .definedBy("io.karmadb.server.logging")
            .layer("check")
            .definedBy("io.karmadb.server.check")
            .layer("network")
            .definedBy("io.karmadb.server.network")
            .layer("command")
            .definedBy("io.karmadb.server.command")
            .layer("protocol")
            .definedBy("io.karmadb.server.protocol")
            .layer("http")
            .definedBy("io.karmadb.server.http")
            .layer("bench")
            .definedBy("io.karmadb.server.bench")
            .layer("transfer")
            .definedBy("io.karmadb.server.transfer")
            .layer("cli")
            .definedBy("io.karmadb.server.cli")
            .layer("terminal")
            .definedBy("io.karmadb.server.terminal")
            .whereLayer("process")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("bench")
            .mayOnlyBeAccessedByLayers("process")
            .whereLayer("transfer")
            .mayOnlyBeAccessedByLayers("process")
            .whereLayer("transfer")
            .mayOnlyAccessLayers("terminal")
            .whereLayer("cli")
            .mayOnlyBeAccessedByLayers("process")
            .whereLayer("cli")
            .mayOnlyAccessLayers("terminal")
            .whereLayer("options")
            .mayOnlyBeAccessedByLayers("process")
            .whereLayer("logging")
            .mayOnlyBeAccessedByLayers("process")
            .whereLayer("check")
            .mayOnlyBeAccessedByLayers("process")
            .whereLayer("check")
            .mayOnlyAccessLayers("terminal")
            .whereLayer("terminal")
            .mayOnlyBeAccessedByLayers("process", "check", "transfer", "cli")
            .whereLayer("terminal")
            .mayNotAccessAnyLayer()
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers("process", "options")
            .whereLayer("network")
            .mayOnlyBeAccessedByLayers("process", "options")
            .whereLayer("command")
            .mayOnlyBeAccessedByLayers("process", "network", "http")
            .whereLayer("protocol")
            .mayOnlyBeAccessedByLayers("network", "command", "http");

    @ArchTest
    static final ArchRule STORE_IS_USED_THROUGH_ITS_PUBLIC_API = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.karmadb.engine..",
                    "io.karmadb.counter..",
                    "io.karmadb.wal..",
                    "io.karmadb.snapshot..",
                    "io.karmadb.disk..");
}
