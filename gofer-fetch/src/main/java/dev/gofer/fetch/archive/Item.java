package dev.gofer.fetch.archive;

import java.time.Instant;

/**
 * What an entry is called and where it came from.
 *
 * @param index position in the input, from 0, below 2^28; one entry each
 * @param name safe and unique, from {@link EntryNames}
 * @param url for the journal; cut at 8,192 characters
 * @param status HTTP status, or 0
 * @param modified stands in the archive to the second, in UTC
 */
public record Item(int index, String name, String url, int status, Instant modified) {}
