package dev.gofer.fetch.http;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Asks a proxy, over a connection that stands, for a way to the origin. Failures have the reason {@link Reason#PROXY} or are the connection's. */
final class ProxyTunnel {
    private ProxyTunnel() {}

    /** By HTTP's CONNECT. */
    static Socket connect(Socket talk, Proxy proxy, HttpUrl url, Attempt attempt) throws FetchException {
        String host = url.host().indexOf(':') < 0 ? url.host() : "[" + url.host() + "]";
        String target = host + ":" + url.port();
        String authorization = proxy.authorization();
        String request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n"
                + (authorization == null ? "" : "Proxy-Authorization: " + authorization + "\r\n") + "\r\n";
        try {
            talk.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            var wire = new Wire(talk.getInputStream());
            wire.attend(attempt);
            var head = new HeadReader(wire).receive();
            if (head.status() < 200 || head.status() > 299) throw refused(proxy, head);
            // Who speaks before it is asked would have his words taken for the origin's.
            if (wire.length() > 0) throw new FetchException(Reason.PROXY, proxy + " says more than it should");
            return talk;
        } catch (FetchException e) {
            throw e;
        } catch (IOException e) {
            throw attempt.explain(e);
        }
    }

    /** An answer of a proxy that is meant for us, not for whoever asks the origin. */
    static FetchException refused(Proxy proxy, Head head) {
        String what = head.status() == 407
                ? proxy.authorization() == null
                        ? " wants a user and a password"
                        : " does not take this user and password"
                : " gave no way to the server";
        boolean again = head.status() == 429 || head.status() >= 500;
        return new FetchException(Reason.PROXY, proxy + what + ": " + head.statusText(), null, again);
    }

    /** By SOCKS 5 (RFC 1928, 1929); without an address the proxy looks the name up. */
    static Socket socks(Socket talk, Proxy proxy, HttpUrl url, @Nullable InetAddress address, Attempt attempt)
            throws FetchException {
        try {
            var in = new DataInputStream(talk.getInputStream());
            boolean known = !proxy.user().isEmpty();
            talk.getOutputStream().write(known ? new byte[] {5, 2, 0, 2} : new byte[] {5, 1, 0});
            if (in.readUnsignedByte() != 5)
                throw new FetchException(Reason.PROXY, proxy + " does not speak SOCKS 5", null, false);
            switch (in.readUnsignedByte()) {
                case 0 -> {}
                case 2 -> logIn(talk, in, proxy);
                default ->
                    throw new FetchException(
                            Reason.PROXY,
                            proxy + (known ? " takes no user and password" : " wants a user and a password"),
                            null,
                            false);
            }
            talk.getOutputStream().write(socksRequest(url, address));
            answer(in, proxy);
            return talk;
        } catch (FetchException e) {
            throw e;
        } catch (IOException e) {
            throw attempt.explain(e);
        }
    }

    private static void logIn(Socket talk, DataInputStream in, Proxy proxy) throws IOException {
        byte[] user = proxy.user().getBytes(StandardCharsets.UTF_8);
        byte[] password = proxy.password().getBytes(StandardCharsets.UTF_8);
        if (user.length > 255 || password.length > 255)
            throw new FetchException(
                    Reason.PROXY, "SOCKS 5 takes users and passwords of 255 bytes at most", null, false);
        var out = new java.io.ByteArrayOutputStream();
        out.write(1);
        out.write(user.length);
        out.write(user);
        out.write(password.length);
        out.write(password);
        talk.getOutputStream().write(out.toByteArray());
        in.readUnsignedByte();
        if (in.readUnsignedByte() != 0)
            throw new FetchException(Reason.PROXY, proxy + " does not take this user and password", null, false);
    }

    private static byte[] socksRequest(HttpUrl url, @Nullable InetAddress address) {
        byte[] where = address != null ? address.getAddress() : url.host().getBytes(StandardCharsets.US_ASCII);
        var out = new java.io.ByteArrayOutputStream();
        out.writeBytes(new byte[] {5, 1, 0});
        if (address == null) {
            out.write(3);
            out.write(where.length); // a host is 253 characters at most
        } else {
            out.write(where.length == 4 ? 1 : 4);
        }
        out.writeBytes(where);
        out.write(url.port() >> 8);
        out.write(url.port());
        return out.toByteArray();
    }

    private static void answer(DataInputStream in, Proxy proxy) throws IOException {
        if (in.readUnsignedByte() != 5)
            throw new FetchException(Reason.PROXY, proxy + " does not speak SOCKS 5", null, false);
        int code = in.readUnsignedByte();
        in.readUnsignedByte();
        if (code != 0)
            throw new FetchException(
                    Reason.PROXY, proxy + " gave no way to the server: " + why(code), null, code != 2 && code < 7);
        int rest = switch (in.readUnsignedByte()) {
            case 1 -> 4;
            case 3 -> in.readUnsignedByte();
            case 4 -> 16;
            default -> throw new FetchException(Reason.PROXY, proxy + " does not speak SOCKS 5", null, false);
        };
        in.readFully(new byte[rest + 2]);
    }

    private static String why(int code) {
        return switch (code) {
            case 1 -> "general failure";
            case 2 -> "not allowed";
            case 3 -> "network unreachable";
            case 4 -> "host unreachable";
            case 5 -> "connection refused";
            case 6 -> "time to live expired";
            case 7 -> "command not supported";
            case 8 -> "address type not supported";
            default -> "code " + code;
        };
    }
}
