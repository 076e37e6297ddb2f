package io.karmadb.counter;

/** Recorder. */
public interface Journal {}
