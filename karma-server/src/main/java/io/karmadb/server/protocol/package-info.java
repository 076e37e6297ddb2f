/**
 * The protocol, version 1: what a request line may hold, and the bytes of an answer.
 *
 * <p>A request is one JSON object on a line, an answer is
 * {@code {"protocol_version":1,"success":...,"response":...,"error_code":...}} and {@code \r\n}, its fields in this order
 * and without spaces.
 *
 * <p>May depend on the JDK, Jackson Core, Netty's buffers, and the values of the public API. Knows nothing of connections
 * and executes nothing.
 */
package io.karmadb.server.protocol;
