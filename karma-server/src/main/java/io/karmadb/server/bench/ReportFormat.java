package io.karmadb.server.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** How a report is printed. */
enum ReportFormat {
    /** For people. */
    TEXT {
        @Override
        String print(LoadReport report) {
            Load load = report.load();
            Histogram all = report.all();
            StringBuilder out = new StringBuilder();
            line(
                    out,
                    "load         %s; %d keys, %s; seed %d",
                    load.mix(),
                    load.keys(),
                    load.distribution(),
                    load.seed());
            line(
                    out,
                    "connections  %d x %d in flight, %d thread(s)%s%s",
                    load.connections(),
                    load.window(),
                    load.threads(),
                    load.idle() > 0 ? ", " + load.idle() + " idle" : "",
                    load.isOpenLoop() ? ", " + number(load.rate()) + " requests/s due" : "");
            line(out, "requests     %d in %.2f s", all.getTotalCount(), report.seconds());
            line(out, "errors       %d, lost connections %d", report.errors(), report.lost());
            line(out, "throughput   %s requests/s", number(report.perSecond(all)));
            line(out, "");
            StringBuilder head =
                    new StringBuilder(String.format(Locale.ROOT, "%-11s %10s %9s", "latency, ms", "requests", "mean"));
            for (double percentile : LoadReport.PERCENTILES) {
                head.append(String.format(Locale.ROOT, " %9s", label(percentile)));
            }
            line(out, "%s %9s", head, "max");
            report.rows().forEach((name, histogram) -> {
                StringBuilder row = new StringBuilder(String.format(
                        Locale.ROOT,
                        "%-11s %10d %9.3f",
                        name,
                        histogram.getTotalCount(),
                        LoadReport.millis(histogram.getMean())));
                for (double percentile : LoadReport.PERCENTILES) {
                    row.append(String.format(
                            Locale.ROOT, " %9.3f", LoadReport.millis(histogram.getValueAtPercentile(percentile))));
                }
                line(out, "%s %9.3f", row, LoadReport.millis(histogram.getMaxValue()));
            });
            return out.toString();
        }
    },

    /** A line with the names of the columns, and one for each operation and, if there are several, all of them. */
    CSV {
        @Override
        String print(LoadReport report) {
            StringBuilder out =
                    new StringBuilder("command,requests,seconds,requests_per_second,errors,lost_connections,mean_ms");
            for (double percentile : LoadReport.PERCENTILES) {
                out.append(',').append(label(percentile)).append("_ms");
            }
            out.append(",max_ms\n");
            report.rows().forEach((name, histogram) -> {
                out.append(String.format(
                        Locale.ROOT,
                        "%s,%d,%.3f,%.1f,%d,%d,%.4f",
                        name,
                        histogram.getTotalCount(),
                        report.seconds(),
                        report.perSecond(histogram),
                        report.errors(),
                        report.lost(),
                        LoadReport.millis(histogram.getMean())));
                for (double percentile : LoadReport.PERCENTILES) {
                    out.append(String.format(
                            Locale.ROOT, ",%.4f", LoadReport.millis(histogram.getValueAtPercentile(percentile))));
                }
                out.append(String.format(Locale.ROOT, ",%.4f%n", LoadReport.millis(histogram.getMaxValue())));
            });
            return out.toString();
        }
    },

    /** One object on one line. */
    JSON {
        @Override
        String print(LoadReport report) {
            StringWriter text = new StringWriter();
            try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
                Load load = report.load();
                json.writeStartObject();
                json.writeStringField("mix", load.mix().toString());
                json.writeNumberField("connections", load.connections());
                json.writeNumberField("idle", load.idle());
                json.writeNumberField("pipeline", load.window());
                json.writeNumberField("threads", load.threads());
                json.writeNumberField("rate", load.rate());
                json.writeNumberField("keys", load.keys());
                json.writeStringField("distribution", load.distribution());
                json.writeNumberField("seed", load.seed());
                json.writeNumberField("seconds", report.seconds());
                json.writeNumberField("errors", report.errors());
                json.writeNumberField("lost_connections", report.lost());
                json.writeStringField("first_error", report.firstError());
                json.writeObjectFieldStart("commands");
                for (Map.Entry<String, Histogram> row : report.rows().entrySet()) {
                    json.writeObjectFieldStart(row.getKey());
                    write(json, report, row.getValue());
                    json.writeEndObject();
                }
                json.writeEndObject();
                json.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory cannot fail", e);
            }
            return text.append('\n').toString();
        }
    };

    /** Returns the report, with its last line end. */
    abstract String print(LoadReport report);

    private static void write(JsonGenerator json, LoadReport report, Histogram histogram) throws IOException {
        json.writeNumberField("requests", histogram.getTotalCount());
        json.writeNumberField("requests_per_second", report.perSecond(histogram));
        json.writeNumberField("mean_ms", LoadReport.millis(histogram.getMean()));
        for (double percentile : LoadReport.PERCENTILES) {
            json.writeNumberField(
                    label(percentile) + "_ms", LoadReport.millis(histogram.getValueAtPercentile(percentile)));
        }
        json.writeNumberField("max_ms", LoadReport.millis(histogram.getMaxValue()));
    }

    private static String label(double percentile) {
        String text = String.valueOf(percentile);
        return "p" + (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static void line(StringBuilder out, String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
