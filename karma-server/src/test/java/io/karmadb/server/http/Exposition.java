package io.karmadb.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text format of Prometheus, and checks what Prometheus' own tools check. */
final class Exposition {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{((?:[^\"}]|\"(?:[^\"\\\\]|\\\\.)*\")*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"(?:,|$)");
    private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram", "summary", "untyped");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Map<String, List<double[]>> buckets = new HashMap<>();

    private Exposition() {}

    static Exposition parse(String text) {
        assertThat(text).endsWith("\n").doesNotContain("\r");
        Exposition exposition = new Exposition();
        Set<String> helped = new HashSet<>();
        Set<String> finished = new HashSet<>();
        String family = "";
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            if (line.startsWith("# HELP ")) {
                String[] words = line.split(" ", 4);
                assertThat(helped.add(words[2])).as("HELP once: %s", line).isTrue();
                assertThat(words[3]).as(line).isNotBlank();
                assertThat(finished.add(family))
                        .as("families are not interleaved: %s", line)
                        .isTrue();
                family = words[2];
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                assertThat(words[2]).as("TYPE follows HELP: %s", line).isEqualTo(family);
                assertThat(NAME.matcher(family).matches()).as(line).isTrue();
                assertThat(TYPES).contains(words[3]);
                assertThat(exposition.types.put(family, words[3]))
                        .as("TYPE once: %s", line)
                        .isNull();
            } else {
                exposition.sample(line, family);
            }
        }
        exposition.checkHistograms();
        return exposition;
    }

    private void sample(String line, String family) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as("a sample: %s", line).isTrue();
        String name = sample.group(1);
        String labels = sample.group(2) == null ? "" : sample.group(2);
        double value = number(sample.group(3));
        Map<String, String> byName = labels(labels, line);
        assertThat(samples.put(name + "{" + labels + "}", value))
                .as("once: %s", line)
                .isNull();
        String type = types.get(family);
        assertThat(type).as("after its TYPE: %s", line).isNotNull();
        switch (type) {
            case "counter" -> {
                assertThat(name).as(line).isEqualTo(family).endsWith("_total");
                assertThat(value).as(line).isNotNegative();
            }
            case "gauge" -> assertThat(name).as(line).isEqualTo(family).doesNotEndWith("_total");
            case "histogram" -> {
                assertThat(name).as(line).isIn(family + "_bucket", family + "_sum", family + "_count");
                String bound = byName.remove("le");
                assertThat(bound != null).as(line).isEqualTo(name.endsWith("_bucket"));
                if (bound != null) {
                    buckets.computeIfAbsent(family + byName, key -> new ArrayList<>())
                            .add(new double[] {number(bound), value});
                } else if (name.endsWith("_count")) {
                    buckets.computeIfAbsent(family + byName, key -> new ArrayList<>())
                            .add(new double[] {Double.NaN, value});
                }
            }
            default -> assertThat(name).as(line).startsWith(family);
        }
    }

    private static Map<String, String> labels(String text, String line) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (label.find() && label.start() == end) {
            assertThat(labels.put(label.group(1), label.group(2))).as(line).isNull();
            end = label.end();
        }
        assertThat(end).as("labels: %s", line).isEqualTo(text.length());
        return labels;
    }

    private void checkHistograms() {
        buckets.forEach((histogram, points) -> {
            double[] before = {Double.NEGATIVE_INFINITY, 0};
            double[] count = points.remove(points.size() - 1);
            assertThat(count[0])
                    .as("%s has a count after its buckets", histogram)
                    .isNaN();
            for (double[] point : points) {
                assertThat(point[0]).as("bounds of %s", histogram).isGreaterThan(before[0]);
                assertThat(point[1]).as("buckets of %s", histogram).isGreaterThanOrEqualTo(before[1]);
                before = point;
            }
            assertThat(before)
                    .as("the last bucket of %s", histogram)
                    .containsExactly(Double.POSITIVE_INFINITY, count[1]);
        });
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Returns the names of all metrics, as their TYPE lines have them. */
    Set<String> names() {
        return types.keySet();
    }

    /** Returns the value of a sample, such as {@code name} or {@code name{label="value"}}. */
    double value(String sample) {
        String key = sample.endsWith("}") ? sample : sample + "{}";
        assertThat(samples).containsKey(key);
        return samples.get(key);
    }
}
