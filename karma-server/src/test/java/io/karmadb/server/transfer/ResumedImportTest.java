package io.karmadb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.karmadb.KarmaOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports that go on where an earlier one was broken off. */
@Timeout(180)
@Tag("exhaustive")
class ResumedImportTest extends Transfers {
    @Test
    void anImportGoesOnWhereItsNoteSays() throws Exception {
        Path file = temporary.resolve("x.csv");
        String first = HEADER + "a,1,20240101,1\r\n\"b\n\",2,20240101,2\r\n";
        Files.writeString(file, first + "c,3,20240101,3\r\n");
        KarmaOptions options =
                KarmaOptions.builder().directory(temporary.resolve("data")).build();
        ProgressBar progress = new ProgressBar(null, System::nanoTime);
        try (InputFile input = InputFile.open(file.toString(), InputStream.nullInputStream(), progress)) {
            Validation validation = Validation.of(input, Format.CSV, progress);
            ImportState.start(StoreTarget.nameOf(options), Format.CSV, input, validation)
                    .at(first.length(), 5, 2)
                    .write(ImportState.pathOf(file));
        }
        Run elsewhere = importing("", at("other", "--resume", file.toString()));
        assertThat(elsewhere.status()).isEqualTo(1);
        assertThat(elsewhere.err()).contains("cannot resume: it went to " + file("data"));
        Run run = importing("", at("data", "--resume", file.toString()));
        succeeds(run);
        assertThat(run.out()).isEqualTo("3 rows imported, 2 of them before\n");
        assertThat(export(at("data")).out()).isEqualTo(HEADER + "c,3,20240101,3\r\n");
        assertThat(Files.exists(ImportState.pathOf(file))).isFalse();
        Run again = importing("", at("data", "--resume", file.toString()));
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("there is nothing to resume");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{}",
                "{\"target\":\"x\",\"format\":\"CSV\",\"sha256\":\"\",\"bytes\":1,\"offset\":2,\"line\":1,\"rows\":0}"
            })
    void aNoteThatIsNoneIsRefusedAndStartingOverIsNot(String note) throws IOException {
        Path file = temporary.resolve("x.csv");
        Files.writeString(file, HEADER + "a,1,20240101,1\n");
        Files.writeString(ImportState.pathOf(file), note);
        Run run = importing("", at("data", "--resume", file.toString()));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("is no state of an import").contains("Start over without --resume");
        Run over = importing("", at("data", file.toString()));
        succeeds(over);
        assertThat(over.err()).contains("starts over");
        assertThat(Files.exists(ImportState.pathOf(file))).isFalse();
    }

    @Test
    void aFileThatHasChangedIsNotResumed() throws Exception {
        Path file = temporary.resolve("x.csv");
        Files.writeString(file, HEADER + "a,1,20240101,1\n");
        ProgressBar progress = new ProgressBar(null, System::nanoTime);
        KarmaOptions options =
                KarmaOptions.builder().directory(temporary.resolve("data")).build();
        try (InputFile input = InputFile.open(file.toString(), InputStream.nullInputStream(), progress)) {
            Validation validation = Validation.of(input, Format.CSV, progress);
            ImportState.start(StoreTarget.nameOf(options), Format.CSV, input, validation)
                    .write(ImportState.pathOf(file));
        }
        Files.writeString(file, HEADER + "a,1,20240101,2\n");
        Run run = importing("", at("data", "--resume", file.toString()));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("cannot resume: the file has changed since");
    }
}
