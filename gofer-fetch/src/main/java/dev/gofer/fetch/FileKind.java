package dev.gofer.fetch;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What kind of file some first bytes are of: the kinds that lists name most, and the pages that servers send in their place. */
final class FileKind {
    /* (1) A body is said to disagree only where that is sure: its bytes are of a kind that the declared one cannot be, or of
     *     none although every file of the declared kind begins with known bytes.
     * (2) Kinds that are packed in others (docx in ZIP, svg in XML) agree with their wrapping. */
    private record Kind(String type, int at, String bytes) {} // bytes in ISO 8859-1; ? is any

    private static final List<Kind> KINDS = List.of(
            new Kind("image/jpeg", 0, "\u00ff\u00d8\u00ff"),
            new Kind("image/png", 0, "\u0089PNG\r\n\u001a\n"),
            new Kind("image/gif", 0, "GIF87a"),
            new Kind("image/gif", 0, "GIF89a"),
            new Kind("image/webp", 0, "RIFF????WEBP"),
            new Kind("audio/wav", 0, "RIFF????WAVE"),
            new Kind("video/x-msvideo", 0, "RIFF????AVI "),
            new Kind("image/bmp", 0, "BM????\0\0\0\0"),
            new Kind("image/tiff", 0, "II*\0"),
            new Kind("image/tiff", 0, "MM\0*"),
            new Kind("image/x-icon", 0, "\0\0\u0001\0"),
            new Kind("image/avif", 4, "ftypavif"),
            new Kind("image/avif", 4, "ftypavis"),
            new Kind("image/heic", 4, "ftyphei"),
            new Kind("image/heic", 4, "ftypmif1"),
            new Kind("image/jxl", 0, "\u00ff\n"),
            new Kind("image/jxl", 0, "\0\0\0\fJXL \r\n\u0087\n"),
            new Kind("video/quicktime", 4, "ftypqt"),
            new Kind("video/mp4", 4, "ftyp"),
            new Kind("video/webm", 0, "\u001aE\u00df\u00a3"),
            new Kind("application/ogg", 0, "OggS"),
            new Kind("audio/flac", 0, "fLaC"),
            new Kind("audio/mpeg", 0, "ID3"),
            new Kind("application/pdf", 0, "%PDF-"),
            new Kind("application/zip", 0, "PK\u0003\u0004"),
            new Kind("application/zip", 0, "PK\u0005\u0006"),
            new Kind("application/gzip", 0, "\u001f\u008b"),
            new Kind("application/zstd", 0, "(\u00b5/\u00fd"),
            new Kind("application/x-xz", 0, "\u00fd7zXZ\0"),
            new Kind("application/x-bzip2", 0, "BZh"),
            new Kind("application/x-7z-compressed", 0, "7z\u00bc\u00af'\u001c"),
            new Kind("font/woff", 0, "wOFF"),
            new Kind("font/woff2", 0, "wOF2"));

    /** Declared types all files of which begin with bytes that are known here. */
    private static final Set<String> ALWAYS_TOLD = Set.of(
            "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "application/pdf", "application/gzip");

    private FileKind() {}

    /** The type of a file that begins so; null where that cannot be told. Text is told only where it is a page or XML. */
    static @Nullable String typeOf(byte[] head, int length) {
        for (var kind : KINDS) if (begins(head, length, kind)) return kind.type;
        var text = new String(head, 0, length, StandardCharsets.ISO_8859_1)
                .stripLeading()
                .toLowerCase(Locale.ROOT);
        if (text.startsWith("\u00ef\u00bb\u00bf")) text = text.substring(3).stripLeading();
        if (text.startsWith("<!doctype html") || text.startsWith("<html") || text.startsWith("<head"))
            return "text/html";
        if (text.startsWith("<svg")) return "image/svg+xml";
        if (text.startsWith("<?xml"))
            return text.contains("<svg") ? "image/svg+xml" : text.contains("<html") ? "text/html" : "text/xml";
        return null;
    }

    private static boolean begins(byte[] head, int length, Kind kind) {
        var bytes = kind.bytes;
        if (length < kind.at + bytes.length()) return false;
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (c != '?' && (head[kind.at + i] & 0xff) != c) return false;
        }
        return true;
    }

    /** Whether a body of the declared type may be of the type that was found (1); null: none was. */
    static boolean agree(String declared, @Nullable String found, int length) {
        var type = usual(declared);
        if (type.equals("application/octet-stream") || type.equals("binary/octet-stream")) return true;
        if (found == null) return length > 0 ? !ALWAYS_TOLD.contains(type) : !isMedia(type);
        if (found.equals(type)) return true;
        return switch (found) {
            case "text/html", "text/xml", "image/svg+xml" ->
                type.endsWith("+xml") || (!isMedia(type) && !ALWAYS_TOLD.contains(type));
            case "application/zip",
                    "application/gzip",
                    "application/zstd",
                    "application/x-xz",
                    "application/x-bzip2",
                    "application/x-7z-compressed",
                    "application/pdf" -> // (2)
                !isMedia(type) && !type.startsWith("text/") && !ALWAYS_TOLD.contains(type);
            case "application/ogg" -> !type.startsWith("image/") && !type.startsWith("text/");
            case "video/mp4", "video/quicktime", "video/webm" ->
                type.startsWith("video/") || type.startsWith("audio/") || type.startsWith("application/");
            default -> family(found).equals(family(type)) && !ALWAYS_TOLD.contains(type);
        };
    }

    private static boolean isMedia(String type) {
        return type.startsWith("image/")
                || type.startsWith("video/")
                || type.startsWith("audio/")
                || type.startsWith("font/");
    }

    private static String family(String type) {
        return type.substring(0, type.indexOf('/'));
    }

    /** The name in use of a type that has several. */
    private static String usual(String type) {
        return switch (type) {
            case "image/jpg", "image/pjpeg" -> "image/jpeg";
            case "image/x-png", "image/apng" -> "image/png";
            case "application/x-pdf" -> "application/pdf";
            case "application/x-gzip" -> "application/gzip";
            case "application/x-zip-compressed" -> "application/zip";
            default -> type;
        };
    }
}
