package io.karmadb.server.bench;

import java.util.SplittableRandom;

/**
 * Key {@code k} in proportion to {@code (k + 1)^-exponent}: few keys are hot, most are rare. Needs no table, so that any
 * number of keys will do, and on average little more than one attempt for a draw.
 *
 * <p><b>Source:</b> W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from monotone discrete
 * distributions", ACM TOMACS 6 (1996): invert the integral of the density over the continuous ranks, round to a rank, and
 * reject in proportion to what the rounding gains.
 */
final class Zipf implements KeyDistribution {
    static final double EXPONENT_DEFAULT = 0.99;
    static final double EXPONENT_MAX = 10;

    /** Below this the formulas lose digits to cancellation, and their limits serve. */
    private static final double SMALL = 1e-8;

    private final long keys;
    private final double exponent;
    private final double integralFirst;
    private final double integralLast;
    private final double acceptedAtOnce;

    Zipf(long keys, double exponent) {
        this.keys = keys;
        this.exponent = exponent;
        integralFirst = integral(1.5) - 1;
        integralLast = integral(keys + 0.5);
        acceptedAtOnce = 2 - inverse(integral(2.5) - density(2));
    }

    @Override
    public long draw(SplittableRandom random) {
        while (true) {
            double area = integralLast + random.nextDouble() * (integralFirst - integralLast);
            double at = inverse(area);
            long rank = Math.max(1, Math.min(keys, Math.round(at)));
            if (rank - at <= acceptedAtOnce || area >= integral(rank + 0.5) - density(rank)) {
                return rank - 1;
            }
        }
    }

    private double density(double rank) {
        return Math.exp(-exponent * Math.log(rank));
    }

    /** The integral of the density from 1 on: {@code (x^(1-s) - 1) / (1-s)}, and {@code log x} where s is 1. */
    private double integral(double to) {
        double log = Math.log(to);
        return expm1Ratio((1 - exponent) * log) * log;
    }

    private double inverse(double area) {
        double scaled = Math.max(-1, area * (1 - exponent));
        return Math.exp(log1pRatio(scaled) * area);
    }

    private static double expm1Ratio(double x) {
        return Math.abs(x) > SMALL ? Math.expm1(x) / x : 1 + x / 2;
    }

    private static double log1pRatio(double x) {
        return Math.abs(x) > SMALL ? Math.log1p(x) / x : 1 - x / 2;
    }
}
