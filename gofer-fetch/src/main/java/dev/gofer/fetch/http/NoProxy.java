package dev.gofer.fetch.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Hosts that are called directly although there is a proxy: what {@code no_proxy} says. */
final class NoProxy {
    /** {@code name} without a leading dot, or an address with the bits that count; port 0: any. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(String name, byte @Nullable [] network, int bits, int port) {}

    private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");

    private final String text;
    private final boolean all;
    private final List<Entry> entries;

    private NoProxy(String text) {
        this.text = text;
        this.entries = new ArrayList<>();
        boolean star = false;
        for (String part : SEPARATORS.splitAsStream(text).toList()) {
            if (part.equals("*")) star = true;
            else if (!part.isEmpty()) add(part.toLowerCase(Locale.ROOT));
        }
        this.all = star;
    }

    static NoProxy parse(String text) {
        return new NoProxy(text);
    }

    NoProxy and(String more) {
        return new NoProxy(text + "," + more);
    }

    /** What is no host is passed over, as everywhere: the variable belongs to others, too. */
    private void add(String part) {
        int slash = part.indexOf('/');
        var network = literal(slash < 0 ? part : part.substring(0, slash));
        if (network != null) {
            int most = 8 * network.length;
            String digits = slash < 0 ? "" + most : part.substring(slash + 1);
            int bits = Ascii.isNumber(digits, 3) ? Integer.parseInt(digits) : -1;
            if (bits >= 0 && bits <= most) entries.add(new Entry("", network, bits, 0));
            return;
        }
        int colon = part.lastIndexOf(':');
        int port = 0;
        String host = part;
        if (colon >= 0 && Ascii.isNumber(part.substring(colon + 1), 5)) {
            port = Integer.parseInt(part.substring(colon + 1));
            host = part.substring(0, colon);
        }
        var address = literal(host);
        if (address != null) {
            entries.add(new Entry("", address, 8 * address.length, port));
            return;
        }
        while (host.startsWith("*") || host.startsWith(".")) host = host.substring(1);
        if (host.endsWith(".")) host = host.substring(0, host.length() - 1);
        if (!host.isEmpty()) entries.add(new Entry(host, null, 0, port));
    }

    private static byte @Nullable [] literal(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean plausible =
                bare.indexOf(':') >= 0 || (!bare.isEmpty() && Ascii.isDigit(bare.charAt(bare.length() - 1)));
        if (!plausible) return null;
        try {
            return InetAddress.ofLiteral(bare).getAddress();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    boolean covers(HttpUrl url) {
        if (all) return true;
        var literal = url.literal();
        byte[] address = literal == null ? null : literal.getAddress();
        for (var entry : entries) {
            if (entry.port != 0 && entry.port != url.port()) continue;
            if (entry.network == null) {
                String host = url.host();
                if (host.equals(entry.name) || host.endsWith("." + entry.name)) return true;
            } else if (address != null && isWithin(address, entry.network, entry.bits)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWithin(byte[] address, byte[] network, int bits) {
        if (address.length != network.length) return false;
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i & 7);
            if (((address[i >> 3] ^ network[i >> 3]) & mask) != 0) return false;
        }
        return true;
    }
}
