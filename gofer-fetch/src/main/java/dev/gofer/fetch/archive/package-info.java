/**
 * An archive, a ZIP, a tar or a folder, that is either whole under its final name or resumable beside it: bodies are spooled and hashed, entries appended complete,
 * a journal says what is safe, and the final name appears by one atomic rename.
 *
 * <p>Reading order: {@link dev.gofer.fetch.archive.Spool} (stream to body), {@link dev.gofer.fetch.archive.Archive} and
 * {@code JournaledArchive} (body to archive), {@code Store} (where the bytes go),
 * {@code Journal} and {@code Replay} (what survives a kill), {@link dev.gofer.fetch.archive.EntryNames}, {@link
 * dev.gofer.fetch.archive.ArchiveVerifier}.
 */
package dev.gofer.fetch.archive;
