package io.karmadb.server.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.karmadb.CheckProblem;
import io.karmadb.CheckReport;
import io.karmadb.CheckedFile;
import io.karmadb.RestoreForecast;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;

/** A report as one JSON object on one line. */
final class ReportJson {
    private static final JsonFactory JSON = new JsonFactory();

    private ReportJson() {}

    static String of(CheckReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeBooleanField("ok", report.ok());
            json.writeStringField("directory", report.directory().toString());
            json.writeArrayFieldStart("files");
            for (CheckedFile file : report.files()) {
                write(file, json);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("restore");
            write(report.restore(), json);
            json.writeEndObject();
            json.writeArrayFieldStart("problems");
            for (CheckProblem problem : report.problems()) {
                json.writeStartObject();
                json.writeStringField("file", problem.file());
                write(problem, json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("repaired", report.repaired());
            json.writeNumberField("ms", report.took().toMillis());
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory cannot fail", e);
        }
        return text.append('\n').toString();
    }

    private static void write(CheckedFile file, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", file.name());
        json.writeStringField("kind", word(file.kind()));
        json.writeStringField("state", word(file.state()));
        json.writeNumberField("bytes", file.bytes());
        json.writeNumberField("first_lsn", file.firstLsn());
        json.writeNumberField("last_lsn", file.lastLsn());
        json.writeNumberField("lines", file.lines());
        json.writeStringField("tree", file.tree());
        json.writeNumberField("keys", file.keys());
        json.writeStringField("note", file.note());
        if (file.problem() == null) {
            json.writeNullField("problem");
        } else {
            json.writeObjectFieldStart("problem");
            write(file.problem(), json);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(CheckProblem problem, JsonGenerator json) throws IOException {
        json.writeNumberField("offset", problem.offset());
        json.writeStringField("expected", problem.expected());
        json.writeStringField("found", problem.found());
        json.writeStringField("advice", problem.advice());
    }

    private static void write(RestoreForecast restore, JsonGenerator json) throws IOException {
        json.writeBooleanField("possible", restore.possible());
        json.writeStringField("refusal", restore.refusal());
        json.writeNumberField("snapshots", restore.snapshots());
        json.writeNumberField("lines", restore.lines());
        json.writeNumberField("older_lines", restore.olderLines());
        json.writeNumberField("torn_bytes", restore.tornBytes());
        json.writeNumberField("trees", restore.trees());
        json.writeNumberField("keys", restore.keys());
        json.writeNumberField("last_lsn", restore.lastLsn());
        json.writeArrayFieldStart("warnings");
        for (String warning : restore.warnings()) {
            json.writeString(warning);
        }
        json.writeEndArray();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
