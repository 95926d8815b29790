package dev.gofer.fetch;

import dev.gofer.fetch.http.Reason;
import dev.gofer.fetch.http.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which answers are taken, of those that are a success.
 *
 * @param types media types, such as {@code image/png} or {@code image/*}; an answer is of one of them. Empty: of any
 * @param checkType whether the first bytes of a body have to agree with the type that the server declares, as far as both are known
 * @param robots whether a server may keep files that a list names to itself, by {@code X-Robots-Tag}
 */
public record Wanted(List<String> types, boolean checkType, boolean robots) {
    /** How much of a body is looked at. */
    static final int HEAD = 1024;

    /** Checks the types and brings them to lower case. */
    public Wanted {
        types = types.stream()
                .map(type -> type.strip().toLowerCase(Locale.ROOT))
                .toList();
        for (var type : types) {
            if (!type.matches("\\*/\\*|[a-z0-9!#$&^_.+-]+/(\\*|[a-z0-9!#$&^_.+-]+)"))
                throw new IllegalArgumentException("'" + type + "' is no media type: write image/png, or image/*");
        }
    }

    /** {@return the usual} Every type, without a look inside; servers may keep files to themselves. */
    public static Wanted defaults() {
        return new Wanted(List.of(), false, true);
    }

    /** Whether bodies of any type are taken, unseen. */
    boolean isAny() {
        return types.isEmpty() && !checkType;
    }

    /** An answer is not taken. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        private final Reason reason;

        Refused(Reason reason, String message) {
            super(message);
            this.reason = reason;
        }

        Reason reason() {
            return reason;
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * The body of an answer; reading throws as soon as its first bytes tell that it is not taken.
     *
     * @throws Refused where its head tells already
     */
    InputStream checked(InputStream body, Response response, Line.Entry line) throws Refused {
        if (robots && !line.typed()) {
            var wish = Robots.optOut(response.headers("X-Robots-Tag"));
            if (wish != null)
                throw new Refused(
                        Reason.OPTED_OUT,
                        "its server keeps it from robots (X-Robots-Tag: " + wish + "): --robots=off takes it");
        }
        if (isAny()) return body;
        var declared = MediaType.of(response.header("Content-Type"));
        if (declared != null && !accepts(declared)) throw unwanted("it is " + declared);
        return declared != null && !checkType ? body : new Looking(body, declared);
    }

    /** Checks the first bytes of a body, which are all of it where it is short. */
    void check(@Nullable String declared, byte[] head, int length) throws Refused {
        var found = FileKind.typeOf(head, length);
        if (declared == null) { // then the bytes decide
            if (found == null ? !types.isEmpty() : !accepts(found))
                throw unwanted(found == null ? "it says no type" : "it looks like " + found);
        } else if (checkType && !FileKind.agree(declared, found, length)) {
            var what = length == 0
                    ? "it is empty"
                    : found == null ? "it does not begin as such a file does" : "it looks like " + found;
            throw new Refused(Reason.TYPE_MISMATCH, "declared as " + declared + ", but " + what);
        }
    }

    private Refused unwanted(String what) {
        return new Refused(Reason.UNWANTED_TYPE, what + ", not " + String.join(" or ", types));
    }

    private boolean accepts(String type) {
        if (types.isEmpty()) return true;
        for (var wanted : types) {
            if (wanted.equals("*/*") || wanted.equals(type)) return true;
            if (wanted.endsWith("/*") && type.startsWith(wanted.substring(0, wanted.length() - 1))) return true;
        }
        return false;
    }

    /** A body whose first bytes are checked as soon as they are here. */
    private final class Looking extends FilterInputStream {
        private final @Nullable String declared;
        private final byte[] head = new byte[HEAD];
        private int length;
        private boolean checked;

        Looking(InputStream body, @Nullable String declared) {
            super(body);
            this.declared = declared;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            var n = in.read(target, offset, count);
            if (checked) return n;
            if (n > 0) {
                var more = Math.min(n, HEAD - length);
                System.arraycopy(target, offset, head, length, more);
                length += more;
            }
            if (n < 0 || length == HEAD) {
                checked = true;
                check(declared, head, length);
            }
            return n;
        }
    }
}
