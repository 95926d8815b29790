package dev.gofer.fetch.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy on loopback that leads every request to 127.0.0.1, whatever host it names: HTTP with CONNECT, or SOCKS 5. */
final class ProxyServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    final List<String> asked = new CopyOnWriteArrayList<>();
    private final String user; // USER:PASSWORD, or empty
    private final boolean socks;

    ProxyServer(boolean socks, String user) throws IOException {
        this.socks = socks;
        this.user = user;
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    var client = listener.accept();
                    Thread.ofVirtual().start(() -> {
                        try (client) {
                            if (socks) socks(client);
                            else http(client);
                        } catch (IOException e) {
                            // one of the two went away
                        }
                    });
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    String url(String credentials) {
        return (socks ? "socks5h://" : "http://") + credentials + "127.0.0.1:" + listener.getLocalPort();
    }

    private void http(Socket client) throws IOException {
        while (true) {
            var head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = client.getInputStream().read();
                if (b < 0) return;
                head.write(b);
            }
            var text = head.toString(StandardCharsets.ISO_8859_1);
            asked.add(text);
            if (!user.isEmpty()
                    && !text.contains("\r\nProxy-Authorization: "
                            + Credentials.basicValue(
                                    user.substring(0, user.indexOf(':')), user.substring(user.indexOf(':') + 1))
                            + "\r\n")) {
                client.getOutputStream()
                        .write("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                continue;
            }
            var words = text.split("[ \r]", -1);
            if (words[0].equals("CONNECT")) {
                try (var server = new Socket(InetAddress.ofLiteral("127.0.0.1"), port(words[1]))) {
                    client.getOutputStream().write("HTTP/1.1 200 Yes\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    pump(client, server);
                }
                return;
            }
            var authority = words[1].substring("http://".length()).split("/", 2);
            try (var server = new Socket(InetAddress.ofLiteral("127.0.0.1"), port(authority[0]))) {
                var rest = text.substring(text.indexOf("\r\n"));
                server.getOutputStream()
                        .write(("GET /" + authority[1] + " HTTP/1.1" + rest).getBytes(StandardCharsets.ISO_8859_1));
                var answer = new byte[4096];
                int n = server.getInputStream().read(answer); // the tests' answers come in one piece
                client.getOutputStream().write(answer, 0, n);
            }
        }
    }

    private static int port(String authority) {
        return Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
    }

    private void socks(Socket client) throws IOException {
        var in = new DataInputStream(client.getInputStream());
        var out = client.getOutputStream();
        in.readByte();
        var methods = new byte[in.readUnsignedByte()];
        in.readFully(methods);
        boolean knows = !user.isEmpty();
        boolean offered = false;
        for (byte method : methods) offered |= method == (knows ? 2 : 0);
        out.write(new byte[] {5, (byte) (offered ? knows ? 2 : 0 : 0xff)});
        if (!offered) return;
        if (knows) {
            in.readByte();
            var name = in.readNBytes(in.readUnsignedByte());
            var password = in.readNBytes(in.readUnsignedByte());
            var both = new String(name, StandardCharsets.UTF_8) + ":" + new String(password, StandardCharsets.UTF_8);
            out.write(new byte[] {1, (byte) (both.equals(user) ? 0 : 1)});
            if (!both.equals(user)) return;
        }
        in.readFully(new byte[3]);
        var host = switch (in.readByte()) {
            case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
            case 4 -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
            default -> new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
        };
        int port = in.readUnsignedShort();
        asked.add(host);
        if (host.equals("forbidden.example")) {
            out.write(new byte[] {5, 2, 0, 1, 0, 0, 0, 0, 0, 0});
            return;
        }
        try (var server = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            pump(client, server);
        }
    }

    private static void pump(Socket client, Socket server) throws IOException {
        Thread.ofVirtual().start(() -> {
            try {
                client.getInputStream().transferTo(server.getOutputStream());
                server.shutdownOutput();
            } catch (IOException e) {
                // one of the two went away
            }
        });
        server.getInputStream().transferTo(client.getOutputStream());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
