/** Examples. */
package io.karmadb.examples;
