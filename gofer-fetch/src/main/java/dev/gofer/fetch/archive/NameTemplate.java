package dev.gofer.fetch.archive;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pattern for names of entries, such as {@code {host}/{index:06}{ext}}. What it gives depends on the line alone, not on what a server
 * answers, so that names are known before anything is fetched and are the same in every run. {@link EntryNames#forName} makes it safe and
 * unique. Immutable.
 */
public final class NameTemplate {
    /* A value adds no folders, but for {path}: a slash in it becomes "_". Slashes of the pattern itself make folders. */
    private static final Pattern FIELD = Pattern.compile("([a-z0-9]+)(?::(.*))?", Pattern.DOTALL);
    private static final String ALLOWED =
            "{index} {index:09} {host} {path} {basename} {stem} {ext} {sha256:8} {col:NAME}, and {{ }} for braces";

    private final String template;
    private final List<Part> parts;

    private NameTemplate(String template, List<Part> parts) {
        this.template = template;
        this.parts = List.copyOf(parts);
    }

    /**
     * {@return the pattern in a text} The fields: {@code index}, from 0, as in a manifest, with a width for zeros in front; {@code host};
     * {@code path}, the URL's, without the slash at its head; {@code basename}, the last part of the path, which is {@code stem} and {@code
     * ext} (with its dot); {@code sha256}, so many digits of the hash of the URL; {@code col}, a column of the list.
     *
     * @param template the text
     * @throws IllegalArgumentException where it is none: the message tells the position and what is allowed
     */
    public static NameTemplate parse(String template) {
        var parts = new ArrayList<Part>();
        var literal = new StringBuilder();
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            boolean doubled = i + 1 < template.length() && template.charAt(i + 1) == c;
            if (c != '{' && c != '}') {
                literal.append(c);
            } else if (doubled) {
                literal.append(c);
                i++;
            } else if (c == '}') {
                throw problem(i, "a } without its {");
            } else {
                int end = template.indexOf('}', i);
                if (end < 0) throw problem(i, "a { without its }");
                if (!literal.isEmpty()) parts.add(new Part.Literal(literal.toString()));
                literal.setLength(0);
                parts.add(field(template.substring(i + 1, end), i));
                i = end;
            }
        }
        if (!literal.isEmpty()) parts.add(new Part.Literal(literal.toString()));
        if (parts.isEmpty()) throw problem(0, "an empty template");
        return new NameTemplate(template, parts);
    }

    private static Part field(String text, int at) {
        var match = FIELD.matcher(text);
        if (!match.matches()) throw problem(at, "{" + text + "} is no field");
        String argument = match.group(2) == null ? "" : match.group(2);
        return switch (match.group(1)) {
            case "index" -> new Part.Index(argument.isEmpty() ? 1 : number(argument, 20, "a width of 1 to 20", at));
            case "sha256" -> new Part.Hash(argument.isEmpty() ? 64 : number(argument, 64, "1 to 64 digits", at));
            case "col" -> {
                if (argument.isEmpty()) throw problem(at, "{col} lacks the name of the column");
                yield new Part.Column(argument);
            }
            case "host", "path", "basename", "stem", "ext" -> {
                if (match.group(2) != null) throw problem(at, "{" + match.group(1) + "} takes no number");
                yield new Part.OfUrl(match.group(1));
            }
            default -> throw problem(at, "{" + text + "} is no field");
        };
    }

    private static int number(String text, int most, String expected, int at) {
        int number = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > most) throw problem(at, "':" + text + "' should be " + expected);
        return number;
    }

    private static IllegalArgumentException problem(int at, String what) {
        return new IllegalArgumentException(
                "the name template is wrong at position " + (at + 1) + ": " + what + "; there are " + ALLOWED);
    }

    /** {@return the columns that it takes values from} */
    public Set<String> columns() {
        return parts.stream()
                .flatMap(part -> part instanceof Part.Column column ? Stream.of(column.name) : Stream.empty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * {@return the wish for the name of one entry}
     *
     * @param url what is fetched
     * @param index its place in the list, from 0
     * @param columns what its line holds; a column that is not there counts as empty
     */
    public String expand(URI url, int index, Map<String, String> columns) {
        var name = new StringBuilder();
        for (Part part : parts) {
            name.append(
                    switch (part) {
                        case Part.Literal literal -> literal.text;
                        case Part.Index digits -> String.format(Locale.ROOT, "%0" + digits.width + "d", index);
                        case Part.Hash hash -> hash(url.toString()).substring(0, hash.digits);
                        case Part.Column column -> flat(columns.getOrDefault(column.name, ""));
                        case Part.OfUrl field -> ofUrl(field.name, url);
                    });
        }
        return name.toString();
    }

    /** {@return whether no two lines can get the same name: the last part of the name begins with the line's number, of 9 digits or more} */
    public boolean isUnique() {
        boolean isUnique = false;
        boolean atStart = true; // of a part of the name
        for (Part part : parts) {
            boolean mayBreak = part instanceof Part.OfUrl field && field.name.equals("path");
            if (part instanceof Part.Literal literal && literal.text.matches("(?s).*[/\\\\].*")) {
                isUnique = false;
                atStart = literal.text.matches("(?s).*[/\\\\]");
            } else {
                if (atStart) isUnique = part instanceof Part.Index digits && digits.width >= 9;
                if (mayBreak) isUnique = false;
                atStart = false;
            }
        }
        return isUnique;
    }

    private static String ofUrl(String field, URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String base = EntryNames.lastSegment(path);
        int dot = SafeName.extension(base);
        return switch (field) {
            case "host" -> flat(url.getHost() == null ? "" : url.getHost());
            case "path" ->
                List.of(path.split("/", -1)).stream()
                        .filter(segment -> !segment.isEmpty())
                        .map(segment -> flat(EntryNames.percentDecode(segment)))
                        .collect(Collectors.joining("/"));
            case "basename" -> base;
            case "stem" -> base.substring(0, dot);
            default -> base.substring(dot);
        };
    }

    private static String flat(String value) {
        return value.replace('/', '_').replace('\\', '_');
    }

    private static String hash(String url) {
        return HexFormat.of().formatHex(Spool.sha256().digest(url.getBytes(StandardCharsets.UTF_8)));
    }

    /** The pattern. */
    @Override
    public String toString() {
        return template;
    }

    /** A piece of a pattern. */
    private sealed interface Part {
        record Literal(String text) implements Part {}

        record Index(int width) implements Part {}

        record Hash(int digits) implements Part {}

        record Column(String name) implements Part {}

        record OfUrl(String name) implements Part {}
    }
}
