package dev.gofer.fetch.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Tells public addresses from all others, and reads IPv4 literals in every form that some program accepts. */
final class Addresses {
    /* (1) An address is public only if no rule speaks against it: IPv6 outside 2000::/3 is refused unless it is one of
     *     the named forms that carry an IPv4 address.
     * (2) An IPv6 address that carries an IPv4 address is judged by that one too (mapped, NAT64, 6to4 ...): a gateway
     *     on the way would unpack it.
     * (3) A host that ends in a number is an IPv4 literal or an error, never a name: a resolver is never asked to
     *     interpret one (the rule of the WHATWG URL standard). */

    private Addresses() {}

    /** What kind of address this is where it is not public, in words for a message; null for a public one. */
    static @Nullable String notPublic(InetAddress address) {
        byte[] b = address.getAddress();
        return b.length == 4 ? notPublic4(b, 0) : notPublic6(b);
    }

    private static @Nullable String notPublic4(byte[] b, int at) {
        int a = b[at] & 255;
        int second = b[at + 1] & 255;
        int third = b[at + 2] & 255;
        return switch (a) {
            case 0 -> "this network, 0.0.0.0/8";
            case 10 -> "private, 10.0.0.0/8";
            case 100 -> second >> 6 == 1 ? "shared by carriers, 100.64.0.0/10" : null;
            case 127 -> "loopback, 127.0.0.0/8";
            case 169 -> second == 254 ? "link-local, 169.254.0.0/16" : null;
            case 172 -> second >> 4 == 1 ? "private, 172.16.0.0/12" : null;
            case 192 -> notPublic192(second, third);
            case 198 ->
                second >> 1 == 9 ? "benchmarking, 198.18.0.0/15" : second == 51 && third == 100 ? DOCUMENTATION : null;
            case 203 -> second == 0 && third == 113 ? DOCUMENTATION : null;
            default -> a >= 240 ? "reserved, 240.0.0.0/4" : a >= 224 ? "multicast, 224.0.0.0/4" : null;
        };
    }

    private static final String DOCUMENTATION = "documentation only";

    private static @Nullable String notPublic192(int second, int third) {
        return switch (second) {
            case 0 -> third == 0 ? "protocol assignments, 192.0.0.0/24" : third == 2 ? DOCUMENTATION : null;
            case 88 -> third == 99 ? "6to4 relays, 192.88.99.0/24" : null;
            case 168 -> "private, 192.168.0.0/16";
            default -> null;
        };
    }

    private static @Nullable String notPublic6(byte[] b) {
        int first = pair(b, 0);
        int second = pair(b, 2);
        if (zero(b, 0, 10) && (pair(b, 10) == 0xffff || pair(b, 10) == 0)) {
            if (zero(b, 10, 15) && (b[15] & 255) <= 1) return b[15] == 0 ? "unspecified, ::" : "loopback, ::1";
            return pair(b, 10) == 0 ? "IPv4-compatible, ::/96" : notPublic4(b, 12);
        }
        if (zero(b, 0, 8) && pair(b, 8) == 0xffff && zero(b, 10, 12)) return "IPv4-translated, ::ffff:0:0:0/96";
        if (first == 0x64 && second == 0xff9b) {
            return zero(b, 4, 12) ? notPublic4(b, 12) : "local NAT64, 64:ff9b:1::/48";
        }
        if ((first & 0xfe00) == 0xfc00) return "unique local, fc00::/7";
        if ((first & 0xffc0) == 0xfe80) return "link-local, fe80::/10";
        if ((first & 0xffc0) == 0xfec0) return "site-local, fec0::/10";
        if (first >= 0xff00) return "multicast, ff00::/8";
        if (first >> 13 != 1) return "reserved, outside 2000::/3";
        if (first == 0x2002) return notPublic4(b, 2);
        if (first == 0x2001 && second == 0) return "Teredo, 2001::/32";
        if (first == 0x2001 && second < 0x200) return "protocol assignments, 2001::/23";
        if ((first == 0x2001 && second == 0xdb8) || (first == 0x3fff && second < 0x1000)) return DOCUMENTATION;
        if ((pair(b, 8) & 0xfdff) == 0 && pair(b, 10) == 0x5efe) return notPublic4(b, 12); // ISATAP
        return null;
    }

    private static int pair(byte[] b, int at) {
        return (b[at] & 255) << 8 | (b[at + 1] & 255);
    }

    private static boolean zero(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) if (b[i] != 0) return false;
        return true;
    }

    /** Whether a host is to be read as an IPv4 literal: its last label, a final dot apart, is all digits or begins with 0x (3). */
    static boolean endsInNumber(String host) {
        int end = host.endsWith(".") ? host.length() - 1 : host.length();
        String last = host.substring(host.lastIndexOf('.', end - 1) + 1, end);
        if (last.isEmpty()) return false;
        return Ascii.isNumber(last, last.length()) || (last.startsWith("0x") && number(last) >= 0);
    }

    /** The four bytes of an IPv4 literal: one to four parts, each decimal, octal (0..) or hexadecimal (0x..); null if it is none. */
    static byte @Nullable [] parse4(String host) {
        String[] parts = (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).split("\\.", -1);
        if (parts.length > 4) return null;
        long value = 0;
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            long part = number(parts[i]);
            long limit = last ? 1L << (8 * (5 - parts.length)) : 256;
            if (part < 0 || part >= limit) return null;
            value |= last ? part : part << (8 * (3 - i));
        }
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    /** The value of one part, or -1. */
    private static long number(String part) {
        if (part.isEmpty() || part.length() > 16) return -1;
        int radix = part.startsWith("0x") ? 16 : part.length() > 1 && part.startsWith("0") ? 8 : 10;
        String digits = part.substring(radix == 16 ? 2 : radix == 8 ? 1 : 0);
        long value = 0; // "0x" alone counts as 0
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0) return -1;
            value = value * radix + digit;
        }
        return value;
    }
}
