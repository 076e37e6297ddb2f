package io.karmadb;

/** A bucket was to be set whose day has not come yet by the store's clock and time zone; nothing was changed. */
public final class FutureDayException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an error.
     *
     * @param day the day that was given, {@code YYYYMMDD}
     * @param today the store's current day
     */
    public FutureDayException(int day, int today) {
        super("The day has not come yet: day=" + day + ", today=" + today);
    }
}
