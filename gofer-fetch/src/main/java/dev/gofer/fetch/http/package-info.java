/**
 * Blocking HTTP/1.1 for virtual threads: {@link dev.gofer.fetch.http.Transport} makes one attempt at one URL and gives
 * its body as a stream. Strict about what it accepts, limited in everything it waits for, and careful whom it calls.
 */
package dev.gofer.fetch.http;
