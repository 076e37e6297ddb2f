package io.karmadb.simulation;

/** Thrown by every operation on a disk whose machine has crashed: nobody can carry on, and nobody was told a success. */
final class CrashError extends Error {
    private static final long serialVersionUID = 1L;

    CrashError(String message) {
        super(message);
    }

    /** Keeps threads that end in it from being reported: that is how they are to end. */
    static void expectInThreads() {
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            if (!(error instanceof CrashError)) {
                error.printStackTrace();
            }
        });
    }
}
