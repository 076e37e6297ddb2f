package io.karmadb.server.bench;

import java.util.SplittableRandom;

/** Which keys are asked for, of 0 to a number less one. Immutable, for any number of threads. */
interface KeyDistribution {
    /** Draws a key. */
    long draw(SplittableRandom random);

    /**
     * Reads a distribution: {@code uniform}, {@code zipf} or {@code zipf:EXPONENT}.
     *
     * @param keys how many there are
     * @throws IllegalArgumentException if it is none; the message says why
     */
    static KeyDistribution parse(String text, long keys) {
        if ("uniform".equals(text)) {
            return random -> random.nextLong(keys);
        }
        if ("zipf".equals(text)) {
            return new Zipf(keys, Zipf.EXPONENT_DEFAULT);
        }
        if (text.startsWith("zipf:")) {
            try {
                double exponent = Double.parseDouble(text.substring("zipf:".length()));
                if (exponent > 0 && exponent <= Zipf.EXPONENT_MAX) {
                    return new Zipf(keys, exponent);
                }
            } catch (NumberFormatException e) {
                throw wrong(text);
            }
        }
        throw wrong(text);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "--distribution must be uniform, zipf or zipf:EXPONENT with an exponent above 0 and up to "
                        + Zipf.EXPONENT_MAX + ", not \"" + text + "\"");
    }
}
