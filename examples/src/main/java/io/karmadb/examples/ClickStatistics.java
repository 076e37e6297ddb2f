package io.karmadb.examples;

import io.karmadb.Buckets;
import io.karmadb.Day;
import io.karmadb.DayRange;
import io.karmadb.HistoryKind;
import io.karmadb.KarmaOptions;
import io.karmadb.KarmaStore;
import io.karmadb.Tree;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Click statistics of a link shortener: counts the clicks of two weeks and draws one link's days as a bar chart.
 *
 * <p>A short link such as {@code /Ab3} is a number written with 62 digits, and that number is the counter's key.
 */
public final class ClickStatistics {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int BAR_WIDTH = 40;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE d MMM", Locale.ENGLISH);

    private ClickStatistics() {}

    public static void main(String[] args) {
        // A fixed clock, so that this program prints the same on every day; an application leaves both lines out.
        ZoneId zone = ZoneOffset.UTC;
        Clock clock = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), zone);
        KarmaOptions options = KarmaOptions.builder()
                .clock(clock)
                .zone(zone)
                .history(HistoryKind.ON_HEAP) // in memory and small: needs no JVM flags
                .build();
        try (KarmaStore store = KarmaStore.open(options)) {
            Tree clicks = store.tree("clicks");
            String[] links = {"Ab3", "q", "LoNgLiNk09"};
            for (int i = 0; i < links.length; i++) {
                countTwoWeeks(clicks, keyOf(links[i]), LocalDate.now(clock.withZone(zone)), i + 1);
            }

            DayRange lastTwoWeeks = DayRange.lastDays(14, store.today());
            printTotals(clicks, lastTwoWeeks);
            System.out.println();
            printChart(clicks, links[0], lastTwoWeeks);
        }
    }

    /** Stands in for the visitors: a number of clicks for each day that a formula tells, with a quiet weekend. */
    private static void countTwoWeeks(Tree clicks, long key, LocalDate today, int popularity) {
        for (int daysAgo = 13; daysAgo > 0; daysAgo--) {
            LocalDate date = today.minusDays(daysAgo);
            boolean weekend = date.getDayOfWeek().getValue() > 5;
            long amount = (weekend ? 3 : 20) * (long) popularity + date.getDayOfMonth() * 7 % 11;
            if (date.getDayOfMonth() != 17) { // nobody clicked on the 17th: that day has no bucket
                clicks.incrementOn(Day.of(date), key, amount);
            }
        }
        for (int click = 0; click < 5 * popularity; click++) {
            clicks.increment(key);
        }
    }

    private static void printTotals(Tree clicks, DayRange range) {
        clicks.find(
                range,
                (key, buckets) -> System.out.printf(
                        "/%-12s %5s clicks on %d days%n",
                        linkOf(key), Long.toUnsignedString(buckets.sum()), buckets.size()));
    }

    private static void printChart(Tree clicks, String link, DayRange range) {
        Buckets buckets = clicks.find(keyOf(link), range);
        long most = 1;
        for (int i = 0; i < buckets.size(); i++) {
            most = Long.compareUnsigned(buckets.count(i), most) > 0 ? buckets.count(i) : most;
        }

        System.out.println("/" + link + ", clicks a day");
        int next = 0; // buckets come in ascending order of days, and only days that were counted have one
        LocalDate last = Day.toDate(range.last());
        for (LocalDate date = Day.toDate(range.first()); !date.isAfter(last); date = date.plusDays(1)) {
            boolean counted = next < buckets.size() && buckets.day(next) == Day.of(date);
            long count = counted ? buckets.count(next++) : 0;
            String line =
                    String.format("%10s |%s %s", DAY.format(date), bar(count, most), Long.toUnsignedString(count));
            System.out.println(line);
        }
    }

    private static String bar(long count, long most) {
        return "#"
                .repeat(unsigned(count)
                        .multiply(BigInteger.valueOf(BAR_WIDTH))
                        .divide(unsigned(most))
                        .intValueExact());
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private static long keyOf(String link) {
        long key = 0;
        for (int i = 0; i < link.length(); i++) {
            key = key * DIGITS.length() + DIGITS.indexOf(link.charAt(i));
        }
        return key;
    }

    private static String linkOf(long key) {
        StringBuilder link = new StringBuilder();
        for (long rest = key; rest != 0; rest = Long.divideUnsigned(rest, DIGITS.length())) {
            link.append(DIGITS.charAt((int) Long.remainderUnsigned(rest, DIGITS.length())));
        }
        return link.reverse().toString();
    }
}
