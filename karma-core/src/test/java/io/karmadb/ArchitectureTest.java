package io.karmadb;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import io.karmadb.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, and what keeps the store's files and streams in one place. */
@Tag("exhaustive")
class ArchitectureTest {
    private static final String API = "io.karmadb";
    private static final String DISK = "io.karmadb.disk..";
    private static final String LOCK = "io.karmadb.lock..";
    private static final String LOGGING = "io.karmadb.logging..";
    private static final String COUNTER = "io.karmadb.counter..";
    private static final String WAL = "io.karmadb.wal..";
    private static final String SNAPSHOT = "io.karmadb.snapshot..";
    private static final String ENGINE = "io.karmadb.engine..";

    private static final String JDK = "java..";
    private static final String SLF4J = "org.slf4j..";
    private static final String JSON = "com.fasterxml.jackson.core..";
    private static final String MESSAGE_PACK = "org.msgpack..";
    private static final String CHRONICLE = "net.openhft..";

    /** To ask whether there is a compiler; where there is none, Chronicle Map needs help to start. */
    private static final String COMPILER = "javax.tools..";

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(API);

    /** This module's directory; Maven runs its tests in it. */
    private static final Path MODULE = Path.of("").toAbsolutePath();

    @Test
    void theDiskKnowsNothingOfOurs() {
        check(only(DISK, JDK));
    }

    @Test
    void theLockKnowsNothingOfOurs() {
        check(only(LOCK, JDK));
    }

    @Test
    void loggersKnowNothingOfOurs() {
        check(only(LOGGING, JDK, SLF4J));
    }

    @Test
    void loggersComeFromWhereABackendIsLookedFor() {
        check(noClasses()
                .that(not(resideInAPackage(LOGGING)))
                .should()
                .dependOnClassesThat(belongToAnyOf(org.slf4j.LoggerFactory.class)));
    }

    @Test
    void countersKnowNothingOfFiles() {
        check(only(COUNTER, JDK, API, LOGGING, SLF4J, CHRONICLE, COMPILER, LOCK));
    }

    @Test
    void theLogKnowsNothingOfTrees() {
        check(only(WAL, JDK, API, LOGGING, SLF4J, JSON, DISK, LOCK));
    }

    @Test
    void snapshotsKnowCountersAndFiles() {
        check(only(SNAPSHOT, JDK, API, LOGGING, SLF4J, JSON, MESSAGE_PACK, DISK, COUNTER));
    }

    @Test
    void theEngineLeavesFormatsAndMapsToOthers() {
        check(only(ENGINE, JDK, API, LOCK, LOGGING, SLF4J, JSON, DISK, COUNTER, WAL, SNAPSHOT));
    }

    @Test
    void theApiNeedsOnlyTheJdkButForOpeningAStoreAndReadingADirectory() {
        check(classes()
                .that(resideInAPackage(API)
                        .and(not(belongToAnyOf(KarmaStore.class, DirectoryCheck.class, DirectoryContents.class))))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(JDK, API)));
    }

    @Test
    void openingAStoreAndCheckingADirectoryReachIntoTheEngine() {
        check(classes()
                .that(belongToAnyOf(KarmaStore.class, DirectoryCheck.class))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(JDK, API).or(belongToAnyOf(Engine.class))));
    }

    @Test
    void arrowsNeverRunBack() {
        check(slices().matching("io.karmadb.(*)..").should().beFreeOfCycles());
    }

    @Test
    void filesAreReachedThroughTheDisk() {
        check(noClasses()
                .that(not(resideInAPackage(DISK)))
                .should()
                .dependOnClassesThat(belongToAnyOf(
                        java.nio.file.Files.class,
                        java.nio.file.FileSystem.class,
                        java.nio.file.FileSystems.class,
                        java.nio.channels.FileChannel.class,
                        java.nio.channels.AsynchronousFileChannel.class,
                        java.io.File.class,
                        java.io.FileInputStream.class,
                        java.io.FileOutputStream.class,
                        java.io.FileReader.class,
                        java.io.FileWriter.class,
                        java.io.RandomAccessFile.class)));
    }

    @Test
    void standardStreamsBelongToTheApplication() {
        check(NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS);
    }

    @Test
    void logLinesGoThroughSlf4j() {
        check(NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
    }

    @Test
    void otherModulesUseThePublicApiOnly() throws IOException {
        Pattern internal = Pattern.compile("\\bio\\.karmadb\\.(counter|disk|engine|lock|logging|snapshot|wal)\\b");
        for (Path source : sources("karma-server", "karma-bench", "examples")) {
            assertThat(Files.readString(source)).as(source.toString()).doesNotContainPattern(internal);
        }
    }

    @Test
    void everyPackageSaysWhatLivesThere() throws IOException {
        assertThat(sources("karma-core", "karma-server", "karma-bench", "examples"))
                .allSatisfy(source ->
                        assertThat(source.resolveSibling("package-info.java")).exists());
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }

    private static ArchRule only(String inPackage, String... others) {
        return classes()
                .that()
                .resideInAPackage(inPackage)
                .should()
                .onlyDependOnClassesThat(resideInAPackage(inPackage).or(resideInAnyPackage(others)));
    }

    private static List<Path> sources(String... modules) throws IOException {
        Stream.Builder<Path> all = Stream.builder();
        for (String module : modules) {
            try (Stream<Path> files = Files.walk(MODULE.resolveSibling(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(all);
            }
        }
        return all.build().toList();
    }
}
