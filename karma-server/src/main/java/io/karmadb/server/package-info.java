/** The TCP server. */
package io.karmadb.server;
