package dev.gofer.fetch.http;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http2.hpack.HPackEncoder;
import org.apache.hc.core5.util.ByteArrayBuffer;

/** An HTTP/2 server on loopback, over TLS, that follows a script down to the frame. */
final class Http2Server implements AutoCloseable {
    /** What happens on one connection, after its preface; it is closed when the script ends. */
    interface Script {
        void play(Peer client) throws Exception;
    }

    /** A frame as it came. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Got(int type, int flags, int stream, byte[] payload) {}

    private final SSLServerSocket listener;
    final AtomicInteger connections = new AtomicInteger();
    final List<Peer> peers = new CopyOnWriteArrayList<>();

    /** The n-th connection meets the n-th script; all later ones meet the last. */
    Http2Server(SSLServerSocket listener, Script... scripts) {
        this.listener = listener;
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    var socket = (SSLSocket) listener.accept();
                    var script = scripts[Math.min(connections.getAndIncrement(), scripts.length - 1)];
                    Thread.ofVirtual().start(() -> serve(socket, script));
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    private void serve(SSLSocket socket, Script script) {
        try (socket) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            var peer = new Peer(socket);
            peers.add(peer);
            peer.in.readFully(new byte[24]);
            script.play(peer);
        } catch (Exception e) {
            // the client went away
        }
    }

    String url(String path) {
        return "https://127.0.0.1:" + listener.getLocalPort() + path;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var peer : peers) peer.socket.close();
    }

    /** The client's end of a connection. */
    static final class Peer {
        final SSLSocket socket;
        final DataInputStream in;
        private final OutputStream out;
        private final HPackEncoder packer = new HPackEncoder(4096, StandardCharsets.ISO_8859_1);
        final List<Got> others = new CopyOnWriteArrayList<>(); // frames that were no requests

        Peer(SSLSocket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        Got next() throws IOException {
            byte[] head = new byte[Frame.HEADER];
            in.readFully(head);
            byte[] payload = new byte[(head[0] & 255) << 16 | (head[1] & 255) << 8 | (head[2] & 255)];
            in.readFully(payload);
            return new Got(head[3], head[4], Frame.getInt(head, 5), payload);
        }

        /** The stream of the next request. */
        int request() throws IOException {
            while (true) {
                var got = next();
                if (got.type == Frame.HEADERS) return got.stream;
                others.add(got);
            }
        }

        /** Reads until a frame of this type comes. */
        Got await(int type) throws IOException {
            while (true) {
                var found = others.stream().filter(frame -> frame.type == type).findFirst();
                if (found.isPresent()) {
                    others.remove(found.get());
                    return found.get();
                }
                others.add(next());
            }
        }

        Peer send(byte[] frames) throws IOException {
            out.write(frames);
            out.flush();
            return this;
        }

        Peer greet(int... settings) throws IOException {
            return send(Frame.settings(settings));
        }

        Peer frame(int type, int flags, int stream, byte[] payload) throws IOException {
            byte[] frame = Frame.of(type, flags, stream, payload.length);
            System.arraycopy(payload, 0, frame, Frame.HEADER, payload.length);
            return send(frame);
        }

        /** Names and values in turn. */
        byte[] block(String... fields) throws Exception {
            var buffer = new ByteArrayBuffer(256);
            var all = new ArrayList<BasicHeader>();
            for (int i = 0; i < fields.length; i += 2) all.add(new BasicHeader(fields[i], fields[i + 1]));
            packer.encodeHeaders(buffer, all, false);
            return buffer.toByteArray();
        }

        Peer head(int stream, int flags, String... fields) throws Exception {
            return frame(Frame.HEADERS, flags | Frame.END_HEADERS, stream, block(fields));
        }

        Peer data(int stream, boolean last, String body) throws IOException {
            return frame(Frame.DATA, last ? Frame.END_STREAM : 0, stream, body.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** A whole answer. */
        Peer ok(int stream, String body) throws Exception {
            head(stream, 0, ":status", "200", "content-length", "" + body.length());
            return data(stream, true, body);
        }

        /** Says nothing more until the client has gone. */
        void hang() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
