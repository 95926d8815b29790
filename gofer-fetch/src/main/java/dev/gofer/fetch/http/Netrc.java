package dev.gofer.fetch.http;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a netrc file: {@code machine HOST login USER password SECRET} and so on, on one line or several. */
final class Netrc {
    /* No message holds a word of the file: it might be a password in the wrong place. */
    private static final EnumSet<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final String text;
    private final Path file;
    private int at;

    private Netrc(String text, Path file) {
        this.text = text;
        this.file = file;
    }

    static Credentials read(Path file) throws IOException {
        checkPrivate(file);
        try {
            return new Netrc(Files.readString(file), file).parse();
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is no netrc file: it is not UTF-8", e);
        }
    }

    private static void checkPrivate(Path file) throws IOException {
        if (!Files.isRegularFile(file)) throw new IOException("no such netrc file: " + file);
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) return;
        if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException(file + " holds passwords and may be read or written by others: chmod 600 " + file);
        }
    }

    private Credentials parse() throws IOException {
        Map<String, String> byHost = new HashMap<>();
        String otherwise = null;
        String word = word();
        while (word != null) {
            if (word.equals("macdef")) {
                skipMacro();
                word = word();
                continue;
            }
            boolean isDefault = word.equals("default");
            if (!isDefault && !word.equals("machine"))
                throw malformed("an entry begins with neither machine nor default");
            String host = isDefault ? "" : value("machine");
            String user = "";
            String password = "";
            for (word = word(); word != null; word = word()) {
                switch (word) {
                    case "login" -> user = value("login");
                    case "password" -> password = value("password");
                    case "account" -> value("account");
                    default -> {
                        if (word.equals("machine") || word.equals("default") || word.equals("macdef")) break;
                        throw malformed("an entry holds a word that is none of login, password, account");
                    }
                }
                if (word.equals("machine") || word.equals("default") || word.equals("macdef")) break;
            }
            String value = basic(user, password);
            if (isDefault) otherwise = otherwise == null ? value : otherwise;
            else byHost.putIfAbsent(host.toLowerCase(Locale.ROOT), value); // the first counts, as for ftp
        }
        return new Credentials(null, byHost, otherwise);
    }

    private String basic(String user, String password) throws IOException {
        try {
            return Credentials.basicValue(user, password);
        } catch (IllegalArgumentException e) {
            throw malformed(Failures.text(e));
        }
    }

    private String value(String what) throws IOException {
        String value = word();
        if (value == null) throw malformed("it ends after " + what);
        return value;
    }

    /** The next word, which may be quoted; null at the end. A word that begins with # opens a comment. */
    private @Nullable String word() throws IOException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') at = endOfLine();
            else if (c <= ' ') at++;
            else return c == '"' ? quoted() : plain();
        }
        return null;
    }

    private String plain() {
        int start = at;
        while (at < text.length() && text.charAt(at) > ' ') at++;
        return text.substring(start, at);
    }

    private String quoted() throws IOException {
        var out = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return out.toString();
            }
            if (c == '\\' && at + 1 < text.length()) c = text.charAt(++at);
            out.append(c);
        }
        throw malformed("a quote has no end");
    }

    /** A macro ends with an empty line. */
    private void skipMacro() {
        do at = Math.min(endOfLine() + 1, text.length());
        while (at < text.length()
                && at != endOfLine()
                && !text.substring(at, endOfLine()).isBlank());
    }

    private int endOfLine() {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    private IOException malformed(String what) {
        return new IOException(file + " is no netrc file: " + what);
    }
}
