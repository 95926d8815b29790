package dev.gofer.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A list of URLs, read one line at a time and never held in memory whole.
 *
 * <p>A list is text with one URL a line, CSV, TSV, JSON Lines, a JSON array or a Parquet table ({@link ListFormat}); text in UTF-8, or in UTF-16 with a byte order
 * mark; one that is compressed with gzip is read as it is. A line that is no URL is a {@link Line.Malformed}, not an exception: one bad line
 * does not end a run.
 */
public interface UrlList extends AutoCloseable {
    /**
     * {@return the next line that is neither blank nor a comment, or null at the end}
     *
     * @throws InputException the source can be read no further
     */
    @Nullable
    Line next() throws InputException;

    /** {@return what a person calls it: a file name, {@code stdin}, {@code arguments}} */
    String name();

    /**
     * {@return what tells this list from another, as far as that can be told before it is read: the same list gives the same text} An interrupted run
     * is only continued with the list that it had.
     */
    String identity();

    /** Lets go of the source. */
    @Override
    void close();

    /**
     * {@return URLs that a person typed: they alone may name this machine (see {@link FetchOptions#allowPrivate})}
     *
     * @param urls one each
     */
    static UrlList typed(List<String> urls) {
        return new TypedUrls(List.copyOf(urls));
    }

    /**
     * {@return the list in a file, of the kind that its name tells}
     *
     * @param file its name
     * @throws InputException there is no such file, or it may not be read
     */
    static UrlList open(Path file) throws InputException {
        return open(file, ListFormat.of(ListFormat.kindOf(file)));
    }

    /**
     * {@return the list in a file}
     *
     * @param file its name
     * @param format how it is written
     * @throws InputException there is no such file, or it may not be read
     */
    static UrlList open(Path file, ListFormat format) throws InputException {
        try {
            if (Files.isDirectory(file)) throw new InputException(file + " is a folder, not a list of URLs");
            var identity = "file " + Fingerprint.of(file);
            if (format.kind() == ListFormat.Kind.PARQUET) return new UrlTable(file, format, identity);
            return of(new Source(file.toString(), Files.newInputStream(file), identity), format);
        } catch (NoSuchFileException e) {
            throw new InputException("no such list: " + file);
        } catch (AccessDeniedException e) {
            throw new InputException("no permission to read " + file);
        } catch (IOException e) {
            throw new InputException("cannot read " + file + ": " + e.getMessage());
        }
    }

    /**
     * {@return the list in a stream, a URL a line}
     *
     * @param name stands for the list in messages
     * @param in the text; closed with the list
     * @throws InputException the stream cannot be read
     */
    static UrlList read(String name, InputStream in) throws InputException {
        return read(name, in, ListFormat.TEXT);
    }

    /**
     * {@return the list in a stream}
     *
     * @param name stands for the list in messages
     * @param in the text; closed with the list
     * @param format how it is written
     * @throws InputException the stream cannot be read
     */
    static UrlList read(String name, InputStream in, ListFormat format) throws InputException {
        return of(new Source(name, in, "stream " + name), format);
    }

    /**
     * {@return the lines that failed in an earlier run, with the names and checksums that they had}
     *
     * @param manifest what {@code --manifest} of that run wrote: JSON Lines or CSV, by its suffix
     * @throws InputException there is no such file, or it may not be read, or it is no manifest
     */
    static UrlList failed(Path manifest) throws InputException {
        return new FailedLines(open(manifest, FailedLines.format(manifest)));
    }

    private static UrlList of(Source source, ListFormat format) throws InputException {
        try {
            return switch (format.kind()) {
                case TEXT -> new UrlText(source);
                case CSV, TSV -> new UrlCsv(source, format);
                case JSONL, JSON -> new UrlJson(source, format);
                case PARQUET ->
                    throw new InputException(
                            "a Parquet table is read from its end: name the file, not " + source.name());
            };
        } catch (InputException e) {
            source.close();
            throw e;
        }
    }

    /**
     * {@return several lists as one, in order} Closing it closes them all.
     *
     * @param lists in this order
     */
    static UrlList concat(List<UrlList> lists) {
        return new Concatenated(List.copyOf(lists));
    }

    /** What {@link #typed} gives. */
    final class TypedUrls implements UrlList {
        private final List<String> urls;
        private int next;

        private TypedUrls(List<String> urls) {
            this.urls = urls;
        }

        @Override
        public @Nullable Line next() {
            return next < urls.size() ? Line.parse("argument", next + 1, urls.get(next++), true) : null;
        }

        @Override
        public String name() {
            return "the arguments";
        }

        @Override
        public String identity() {
            return "typed " + Fingerprint.of(String.join("\n", urls).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() {}
    }

    /** What {@link #concat} gives. */
    final class Concatenated implements UrlList {
        private final List<UrlList> lists;
        private int current;

        private Concatenated(List<UrlList> lists) {
            this.lists = lists;
        }

        @Override
        public @Nullable Line next() throws InputException {
            for (; current < lists.size(); current++) {
                var line = lists.get(current).next();
                if (line != null) return line;
            }
            return null;
        }

        @Override
        public String name() {
            return lists.stream().map(UrlList::name).collect(Collectors.joining(", "));
        }

        @Override
        public String identity() {
            return lists.stream().map(UrlList::identity).collect(Collectors.joining("; "));
        }

        @Override
        public void close() {
            lists.forEach(UrlList::close);
        }
    }
}
