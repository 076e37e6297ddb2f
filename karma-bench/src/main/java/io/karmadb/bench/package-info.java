/**
 * JMH benchmarks of the store in process, beside a plain map of atomic counters that does less: it has totals only, and
 * forgets them.
 *
 * <p>Run them with {@code java -jar karma-bench/target/karma-bench.jar}; {@code -h} lists JMH's options, {@code -l} the
 * benchmarks, {@code -lp} their parameters. Uses the public API of {@link io.karmadb} only.
 *
 * <p>What they share: {@link io.karmadb.bench.Keys} draws the keys in advance, so that no benchmark pays for its random
 * numbers; {@link io.karmadb.bench.StoreCounters} opens a store.
 */
package io.karmadb.bench;
