package dev.gofer.cli;

import dev.gofer.fetch.InputException;
import dev.gofer.fetch.ListFormat;
import dev.gofer.fetch.UrlList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Opens the list that a command line names: URLs, files, standard input. */
record Lists(CommandSpec spec, Terminal terminal, FetchFlags.Columns columns) {
    /** All of these as one list; standard input where there are none. */
    UrlList open(List<String> urls, List<String> inputs) throws InputException {
        for (var url : urls) {
            if (url.equals("-")) throw usage("- is not a URL: to read a list from standard input, write -i -");
            if (isFile(url)) throw usage(url + " is a file, not a URL: to fetch the URLs in it, write -i " + url);
        }
        var lists = new ArrayList<UrlList>();
        if (!urls.isEmpty()) lists.add(UrlList.typed(urls));
        for (var input : inputs) lists.add(input.equals("-") ? standardInput() : open(path(spec, input)));
        if (lists.isEmpty()) {
            if (terminal.inIsTerminal()) throw usage("nothing to fetch: name URLs, or a list of them with -i");
            lists.add(standardInput());
        }
        return lists.size() == 1 ? lists.getFirst() : UrlList.concat(lists);
    }

    static Path path(CommandSpec spec, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ParameterException(spec.commandLine(), "no valid file name: " + text);
        }
    }

    private UrlList open(Path file) throws InputException {
        var kind = columns.format == null ? ListFormat.kindOf(file) : columns.format.kind;
        if (kind == ListFormat.Kind.PARQUET) Quiet.HARDWOOD.setLevel(Level.WARNING);
        try {
            return UrlList.open(file, format(kind));
        } catch (InputException e) {
            var meant = Files.exists(file) ? null : meant(file);
            if (meant == null) throw e;
            throw new InputException(e.getMessage() + ". Did you mean " + meant + "?");
        }
    }

    /** A file in the same folder with nearly that name. */
    private static @Nullable Path meant(Path file) {
        var folder = file.toAbsolutePath().getParent();
        if (folder == null || file.getFileName() == null) return null;
        try (var files = Files.list(folder)) {
            var names = files.limit(10_000)
                    .filter(Files::isRegularFile)
                    .map(other -> other.getFileName().toString())
                    .toList();
            var name = Typo.meant(file.getFileName().toString(), names);
            return name == null ? null : file.resolveSibling(name);
        } catch (IOException | UncheckedIOException e) {
            return null;
        }
    }

    private UrlList standardInput() throws InputException {
        if (terminal.inIsTerminal()) terminal.err().println("gofer: type URLs, one a line; Ctrl-D ends the list");
        var kind = columns.format == null ? ListFormat.Kind.TEXT : columns.format.kind;
        return UrlList.read("standard input", System.in, format(kind));
    }

    private ListFormat format(ListFormat.Kind kind) {
        var table = kind == ListFormat.Kind.CSV || kind == ListFormat.Kind.TSV;
        if (kind == ListFormat.Kind.TEXT && (columns.url != null || columns.name != null || columns.checksum != null))
            throw usage("a plain list has no columns: where it is CSV or JSON, say so with --input-format");
        var others = columns.template == null ? Set.<String>of() : columns.template.columns();
        if (kind == ListFormat.Kind.TEXT && !others.isEmpty())
            throw usage(
                    "a plain list has no columns, so {col:" + others.iterator().next() + "} in --name means nothing");
        if (columns.noHeader && !table) throw usage("--no-header is for CSV and TSV lists: see --input-format");
        return ListFormat.of(kind)
                .withColumns(columns.url, columns.name, columns.checksum)
                .withHeader(!columns.noHeader)
                .withOthers(others);
    }

    /** Whether the text is the name of a file, and no URL. */
    static boolean isFile(String text) {
        try {
            return !text.contains("://") && Files.isRegularFile(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The logger of the library that reads Parquet: it tells how it goes about it. Held, since the JDK forgets loggers that nobody holds. */
    private static final class Quiet {
        private static final Logger HARDWOOD = Logger.getLogger("dev.hardwood");
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
