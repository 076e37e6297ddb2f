package io.karmadb.server.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What came out of a run.
 *
 * @param load what was run
 * @param latencies for each operation, the nanoseconds to each answer, errors included
 * @param nanos from the end of the warm-up to the last answer
 * @param errors requests answered by an error or not at all
 * @param lost connections that ended before they should
 * @param firstError the text of the first of either, or null
 */
record LoadReport(
        Load load, Map<Operation, Histogram> latencies, long nanos, long errors, int lost, String firstError) {
    /** The percentiles that are reported. */
    static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    static Histogram histogram() {
        return new Histogram(Tally.NANOS_MAX, Tally.DIGITS);
    }

    boolean isSuccess() {
        return errors == 0 && lost == 0 && all().getTotalCount() > 0;
    }

    /** Returns the latencies of all operations together. */
    Histogram all() {
        Histogram all = histogram();
        latencies.values().forEach(all::add);
        return all;
    }

    /** Returns the latencies by name, with {@code all} last if there are several. */
    Map<String, Histogram> rows() {
        Map<String, Histogram> rows = new LinkedHashMap<>();
        latencies.forEach((operation, histogram) -> rows.put(operation.text(), histogram));
        if (rows.size() > 1) {
            rows.put("all", all());
        }
        return rows;
    }

    double seconds() {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }

    double perSecond(Histogram histogram) {
        return nanos == 0 ? 0 : histogram.getTotalCount() / seconds();
    }

    static double millis(double nanos) {
        return nanos / TimeUnit.MILLISECONDS.toNanos(1);
    }
}
