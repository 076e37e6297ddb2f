package io.karmadb.micrometer;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** What the binder may depend on. */
@ArchTag("exhaustive")
@AnalyzeClasses(packages = "io.karmadb.micrometer", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Set<String> PACKAGES = Set.of("io.karmadb", "io.karmadb.micrometer");

    @ArchTest
    static final ArchRule IT_KNOWS_THE_PUBLIC_API_AND_MICROMETER = classes()
            .should()
            .onlyDependOnClassesThat(describe(
                    "are of the JDK, the public API, or Micrometer's core",
                    (JavaClass used) -> used.getPackageName().startsWith("java.")
                            || PACKAGES.contains(used.getPackageName())
                            || used.getPackageName().startsWith("io.micrometer.core.instrument")));
}
