package dev.gofer.fetch.archive;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The disk side failed: the archive, its journal or a spool file could not be written. It ends the run, unlike an {@link IOException} of an
 * input stream, which is one URL's failure. The message names the file, the cause and what to do.
 */
public final class OutputException extends IOException {
    private static final long serialVersionUID = 1;

    OutputException(String message) {
        super(message);
    }

    private OutputException(String message, IOException cause) {
        super(message, cause);
    }

    /** Wraps what the disk said; {@code doing} reads like "write" or "create". Passes an OutputException through. */
    static OutputException of(String doing, Path file, IOException cause) {
        if (cause instanceof OutputException known) return known;
        return new OutputException("cannot " + doing + " " + file + ": " + explain(cause), cause);
    }

    private static String explain(IOException cause) {
        String said = said(cause);
        String advice = advice(cause, said);
        return advice == null ? said : said + "; " + advice;
    }

    private static String said(IOException cause) {
        if (cause instanceof AccessDeniedException) return "permission denied";
        if (cause instanceof NoSuchFileException) return "no such file or folder";
        if (cause instanceof FileAlreadyExistsException) return "it exists already";
        String text = cause instanceof FileSystemException f ? f.getReason() : cause.getMessage();
        return text == null ? cause.getClass().getSimpleName() : text;
    }

    private static @Nullable String advice(IOException cause, String said) {
        if (cause instanceof AccessDeniedException) return "choose a folder you may write to";
        if (said.contains("No space left") || said.contains("not enough space") || said.contains("quota"))
            return "free some space and run again";
        if (said.contains("Broken pipe")) return "whoever was to read it has ended";
        if (said.contains("Too many open files")) return "raise the limit (ulimit -n) or fetch fewer URLs at once";
        if (said.contains("Read-only")) return "choose a folder you may write to";
        if (said.contains("File too large")) return "this file system cannot hold a file of that size: choose another";
        return null;
    }
}
