package io.karmadb;

/**
 * Something wrong with a directory, as {@link DirectoryCheck} found it.
 *
 * @param file the bare name of the file; empty if it is about none
 * @param offset where in the file, in bytes from its start; -1 where that means nothing
 * @param expected what should have been there
 * @param found what is there
 * @param advice what it means and what to do
 */
public record CheckProblem(String file, long offset, String expected, String found, String advice) {}
