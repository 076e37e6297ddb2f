package io.karmadb.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the client may depend on. */
@ArchTag("exhaustive")
@AnalyzeClasses(packages = "io.karmadb.client", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PROTOCOL_IS_ALL_THAT_IT_SHARES_WITH_THE_SERVER = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.net.ssl..",
                    "io.netty..",
                    "com.fasterxml.jackson.core..",
                    "org.slf4j..",
                    "io.karmadb.client");
}
