package dev.gofer.cli;

import dev.gofer.fetch.FetchEvents;
import dev.gofer.fetch.ListFormat;
import dev.gofer.fetch.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes a line for each line of the list, as JSON or CSV: what became of it. */
final class Manifest implements FetchEvents, AutoCloseable {
    /* Written under another name in the same folder, and renamed when the run is over: whatever had the name before stays until then. */
    private final Path file;
    private final Path unfinished;
    private final boolean overwrite;
    private final boolean isCsv;
    private final Writer out;

    /**
     * Begins a manifest.
     *
     * @param file where it will be
     * @param overwrite whether a file of that name may be replaced
     * @param taken files that the run reads or writes: the manifest can be none of them
     * @throws IOException it cannot be written, or may not
     */
    Manifest(Path file, boolean overwrite, Collection<Path> taken) throws IOException {
        this.file = file;
        this.overwrite = overwrite;
        for (var other : taken) {
            if (isSame(file, other)) throw refusal("this run reads or writes that file itself: name another");
        }
        if (Files.isSymbolicLink(file)) throw refusal("it is a symbolic link: name the file itself");
        if (Files.exists(file) && !Files.isRegularFile(file)) throw refusal("it is not a regular file: name another");
        if (Files.exists(file) && !overwrite) throw refusal("it exists already: -f replaces it, or name another");
        var folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) throw refusal("there is no such folder");
        try {
            this.unfinished = folder.resolve(
                    file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
            this.isCsv = ListFormat.kindOf(file) == ListFormat.Kind.CSV;
            this.out = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
            if (isCsv) out.write(ManifestRow.CSV_HEADER);
        } catch (IOException e) {
            throw refusal(e.getMessage());
        }
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())
                || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
    }

    private IOException refusal(@Nullable String why) {
        return new IOException("cannot write the manifest " + file + ": " + why);
    }

    @Override
    public void finished(Outcome outcome) {
        try {
            out.write(
                    isCsv
                            ? ManifestRow.of(outcome).csv()
                            : ManifestRow.of(outcome).json());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the manifest " + file + ": " + e.getMessage(), e);
        }
    }

    /** Gives the manifest its name. */
    void finish() throws IOException {
        try {
            out.close();
            if (!overwrite && Files.exists(file)) throw refusal("it was made meanwhile by somebody else");
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw refusal(e.getMessage());
        }
    }

    /** Removes what is unfinished. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(unfinished);
    }
}
