package dev.gofer.fetch.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http2.hpack.HPackDecoder;
import org.jspecify.annotations.Nullable;

/** Reads what the server sends on an HTTP/2 connection, and gives each stream what is its own. One goroutine. */
final class Http2Reader {
    /* (1) Whatever RFC 9113 calls an error of the connection ends it: all streams fail. An error of a stream fails that one.
     * (2) A server can keep us busy with frames that bring nothing (ping, settings, empty data, resets). They are counted
     *     against those that do; who sends too many loses the connection.
     * (3) A header block is bounded, in bytes packed and unpacked, and in frames (CONTINUATION without end). Every block is
     *     unpacked, also of streams that are over: the table of names goes through all of them. */
    private static final int MOST_NOISE = 2000;
    private static final int MOST_CONTINUATIONS = 16;
    private static final int MAX_FIELDS = 250;
    private static final int BUFFER = 32 * 1024;

    private final Http2Connection connection;
    private final InputStream in;
    private final HPackDecoder unpacker = new HPackDecoder(4096, StandardCharsets.ISO_8859_1);
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private int noise; // (2)
    private int unsaid; // bytes since the connection's window was refilled
    private boolean greeted;

    private byte[] block = new byte[1024]; // of a head that is not whole yet
    private int blockLength;
    private int blockStream; // 0: none
    private boolean blockIsLast;
    private int continuations;

    Http2Reader(Http2Connection connection, InputStream in) {
        this.connection = connection;
        this.in = in;
        unpacker.setMaxListSize(2 * Http2Connection.MAX_HEADERS);
    }

    /** The server broke the protocol: the connection is over (1). */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        private final int code;

        Broken(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    /** Reads until the connection ends. */
    void run() {
        try {
            while (true) frame();
        } catch (Broken e) {
            connection.answer(Frame.goAway(e.code));
            connection.die(malformed("it breaks HTTP/2: " + e.getMessage()), false);
        } catch (IOException e) {
            connection.die(connection.broke(e), true);
        } catch (RuntimeException e) { // the unpacker lets some through
            connection.die(malformed("it breaks HTTP/2: " + Failures.text(e)), false);
        }
    }

    private void frame() throws IOException, Broken {
        need(Frame.HEADER);
        int length = (buffer[from] & 255) << 16 | (buffer[from + 1] & 255) << 8 | (buffer[from + 2] & 255);
        int type = buffer[from + 3] & 255;
        int flags = buffer[from + 4] & 255;
        int id = Frame.getInt(buffer, from + 5) & Integer.MAX_VALUE;
        from += Frame.HEADER;
        if (length > Frame.MAX_PAYLOAD) throw new Broken(Frame.FRAME_SIZE_ERROR, "a frame of " + length + " bytes");
        need(length);
        if (!greeted && (type != Frame.SETTINGS || (flags & Frame.ACK) != 0))
            throw new Broken(Frame.PROTOCOL_ERROR, "it does not begin with its settings");
        if (blockStream != 0 && (type != Frame.CONTINUATION || id != blockStream))
            throw new Broken(Frame.PROTOCOL_ERROR, "another frame within a head");
        connection.heard();
        switch (type) {
            case Frame.DATA -> data(flags, id, length);
            case Frame.HEADERS -> headers(flags, id, length);
            case Frame.CONTINUATION -> continuation(flags, id, length);
            case Frame.RST_STREAM -> reset(id, length);
            case Frame.SETTINGS -> settings(flags, id, length);
            case Frame.PING -> ping(flags, id, length);
            case Frame.GOAWAY -> goAway(id, length);
            case Frame.WINDOW_UPDATE -> windowUpdate(id, length);
            case Frame.PUSH_PROMISE -> throw new Broken(Frame.PROTOCOL_ERROR, "it pushes, though it was asked not to");
            default -> isNoise(); // PRIORITY, and what is unknown
        }
        from += length;
    }

    /** Waits until so many bytes are in one piece in the buffer. */
    private void need(int bytes) throws IOException {
        if (to - from >= bytes) return;
        if (from + bytes > BUFFER || from == to) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        while (to - from < bytes) {
            int n = in.read(buffer, to, BUFFER - to);
            if (n < 0) throw new EOFException("the server closed it");
            to += n;
        }
    }

    private void isNoise() throws Broken { // (2)
        if (++noise > MOST_NOISE) throw new Broken(Frame.ENHANCE_YOUR_CALM, "frames without end that bring nothing");
    }

    private void isUseful() {
        noise = Math.max(0, noise - 8);
    }

    private void data(int flags, int id, int length) throws Broken {
        int start = from;
        int size = length;
        if ((flags & Frame.PADDED) != 0) {
            int padding = length == 0 ? 0 : buffer[from] & 255;
            if (padding >= length) throw new Broken(Frame.PROTOCOL_ERROR, "more padding than frame");
            start++;
            size -= padding + 1;
        }
        refill(length);
        boolean last = (flags & Frame.END_STREAM) != 0;
        var stream = stream(id); // null: its reset is on the way
        if (stream == null || (size == 0 && !last)) isNoise();
        else isUseful();
        if (stream == null) return;
        byte[] bytes = Arrays.copyOfRange(buffer, start, start + size);
        if (stream.receiveData(bytes, length, last) == Http2Stream.Taken.WRONG)
            stream.fail(malformed("its body is longer than it says, or than was allowed"), false);
        connection.tidy(stream);
    }

    private void refill(int length) throws Broken {
        unsaid += length;
        if (unsaid < Http2Connection.CONNECTION_WINDOW / 4) return;
        answer(Frame.number(Frame.WINDOW_UPDATE, 0, unsaid));
        unsaid = 0;
    }

    /** The stream of a frame; null where it is over. */
    private @Nullable Http2Stream stream(int id) throws Broken {
        var stream = connection.stream(id);
        if (stream == null && !connection.wasOpened(id))
            throw new Broken(Frame.PROTOCOL_ERROR, "a frame of stream " + id + ", which there is not");
        return stream;
    }

    private void headers(int flags, int id, int length) throws Broken {
        int start = from;
        int size = length;
        if ((flags & Frame.PADDED) != 0) {
            int padding = length == 0 ? 0 : buffer[from] & 255;
            start++;
            size -= padding + 1;
        }
        if ((flags & Frame.PRIORITIZED) != 0) {
            start += 5;
            size -= 5;
        }
        if (size < 0) throw new Broken(Frame.PROTOCOL_ERROR, "a head with more padding than frame");
        blockLength = 0;
        continuations = 0;
        blockIsLast = (flags & Frame.END_STREAM) != 0;
        blockStream = id;
        stream(id); // checked before anything is kept for it
        add(start, size);
        if ((flags & Frame.END_HEADERS) != 0) head();
    }

    private void continuation(int flags, int id, int length) throws Broken {
        if (blockStream == 0 || id != blockStream) throw new Broken(Frame.PROTOCOL_ERROR, "a continuation of nothing");
        if (++continuations > MOST_CONTINUATIONS) // (3)
        throw new Broken(Frame.ENHANCE_YOUR_CALM, "a head in more than " + MOST_CONTINUATIONS + " pieces");
        add(from, length);
        if ((flags & Frame.END_HEADERS) != 0) head();
    }

    private void add(int start, int size) throws Broken {
        if (blockLength + size > Http2Connection.MAX_HEADERS)
            throw new Broken(Frame.ENHANCE_YOUR_CALM, "a head of more than " + Http2Connection.MAX_HEADERS + " bytes");
        if (blockLength + size > block.length)
            block = Arrays.copyOf(block, Math.max(blockLength + size, 2 * block.length));
        System.arraycopy(buffer, start, block, blockLength, size);
        blockLength += size;
    }

    private void head() throws Broken {
        int id = blockStream;
        blockStream = 0;
        List<Header> fields;
        try {
            fields = unpacker.decodeHeaders(ByteBuffer.wrap(block, 0, blockLength)); // (3)
        } catch (HttpException e) {
            throw new Broken(Frame.COMPRESSION_ERROR, "a head that cannot be unpacked: " + Failures.text(e));
        }
        var stream = stream(id);
        if (stream == null) {
            isNoise();
            return;
        }
        isUseful();
        try {
            boolean fits = stream.hasHead()
                    ? checkTrailers(fields) && stream.receiveTrailers(blockIsLast)
                    : stream.receiveHead(Head.ofHttp2(response(fields), blockIsLast), blockIsLast);
            if (!fits) stream.fail(malformed("heads follow each other that may not"), false);
        } catch (FetchException e) {
            stream.fail(e, false);
        }
        connection.tidy(stream);
    }

    private static boolean checkTrailers(List<Header> fields) throws FetchException {
        for (var field : fields) check(field);
        for (var field : fields) if (field.getName().startsWith(":")) return false;
        return true;
    }

    private static BasicClassicHttpResponse response(List<Header> fields) throws FetchException {
        if (fields.isEmpty() || !fields.getFirst().getName().equals(":status")) throw malformed("it has no status");
        String status = fields.getFirst().getValue();
        if (!Ascii.isNumber(status, 3) || status.length() != 3 || status.charAt(0) == '0')
            throw malformed("its status is not understood: " + status);
        if (fields.size() > MAX_FIELDS) throw malformed("it has more than " + MAX_FIELDS + " headers");
        var response = new BasicClassicHttpResponse(Integer.parseInt(status));
        for (var field : fields.subList(1, fields.size())) {
            check(field);
            if (field.getName().startsWith(":")) throw malformed("it has a header " + field.getName());
            response.addHeader(field);
        }
        return response;
    }

    /** A name in lower case and a value that could stand in HTTP/1.1; and none that speaks of the connection (RFC 9113 §8.2). */
    private static void check(Header field) throws FetchException {
        String name = field.getName();
        String value = field.getValue();
        boolean good = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            good &= c > ' ' && c < 0x7f && (c < 'A' || c > 'Z') && (c != ':' || i == 0);
        }
        for (int i = 0; value != null && i < value.length(); i++) {
            char c = value.charAt(i);
            good &= c != 0 && c != '\r' && c != '\n';
        }
        if (!good) throw malformed("it has a header that may not be: " + name);
        switch (name) {
            case "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade" ->
                throw malformed("it has a header that HTTP/2 does not: " + name);
            default -> {}
        }
    }

    private void reset(int id, int length) throws Broken {
        if (length != 4) throw new Broken(Frame.FRAME_SIZE_ERROR, "a reset of " + length + " bytes");
        int code = Frame.getInt(buffer, from);
        isNoise();
        var stream = stream(id);
        if (stream == null) return;
        boolean again = code == Frame.REFUSED_STREAM;
        stream.fail(new FetchException(Reason.RESET, "the server reset it: " + Frame.error(code)), again);
        connection.tidy(stream);
    }

    private void settings(int flags, int id, int length) throws Broken {
        boolean ack = (flags & Frame.ACK) != 0;
        if (id != 0 || length % 6 != 0 || (ack && length > 0) || length > 6 * 64)
            throw new Broken(Frame.FRAME_SIZE_ERROR, "settings of " + length + " bytes");
        greeted = true;
        isNoise();
        if (ack) return;
        for (int at = from; at < from + length; at += 6) {
            int setting = (buffer[at] & 255) << 8 | (buffer[at + 1] & 255);
            long value = Frame.getInt(buffer, at + 2) & 0xffffffffL;
            switch (setting) {
                case Frame.SETTING_HEADER_TABLE_SIZE -> connection.tableChanged();
                case Frame.SETTING_MAX_CONCURRENT_STREAMS -> connection.allow((int) Math.min(value, Integer.MAX_VALUE));
                case Frame.SETTING_INITIAL_WINDOW_SIZE -> {
                    if (value > Integer.MAX_VALUE) throw new Broken(Frame.FLOW_CONTROL_ERROR, "a window without bound");
                }
                case Frame.SETTING_MAX_FRAME_SIZE -> {
                    if (value < Frame.MAX_PAYLOAD || value > 0xffffff)
                        throw new Broken(Frame.PROTOCOL_ERROR, "frames of " + value + " bytes");
                }
                case Frame.SETTING_ENABLE_PUSH -> {
                    if (value != 0) throw new Broken(Frame.PROTOCOL_ERROR, "it wants to be pushed to");
                }
                default -> {}
            }
        }
        answer(Frame.of(Frame.SETTINGS, Frame.ACK, 0, 0));
    }

    private void ping(int flags, int id, int length) throws Broken {
        if (id != 0 || length != 8) throw new Broken(Frame.FRAME_SIZE_ERROR, "a ping of " + length + " bytes");
        isNoise();
        if ((flags & Frame.ACK) != 0) return;
        byte[] pong = Frame.of(Frame.PING, Frame.ACK, 0, 8);
        System.arraycopy(buffer, from, pong, Frame.HEADER, 8);
        answer(pong);
    }

    private void goAway(int id, int length) throws Broken {
        if (id != 0 || length < 8) throw new Broken(Frame.FRAME_SIZE_ERROR, "a goodbye of " + length + " bytes");
        isNoise();
        connection.goAway(Frame.getInt(buffer, from) & Integer.MAX_VALUE, Frame.getInt(buffer, from + 4));
    }

    private void windowUpdate(int id, int length) throws Broken {
        if (length != 4) throw new Broken(Frame.FRAME_SIZE_ERROR, "a window of " + length + " bytes");
        if ((Frame.getInt(buffer, from) & Integer.MAX_VALUE) == 0)
            throw new Broken(Frame.PROTOCOL_ERROR, "a window that grows by nothing");
        isNoise(); // we send no bodies
        if (id != 0) stream(id);
    }

    private void answer(byte[] frame) throws Broken {
        if (!connection.answer(frame)) throw new Broken(Frame.ENHANCE_YOUR_CALM, "it asks without reading the answers");
    }

    private static FetchException malformed(String what) {
        return new FetchException(Reason.MALFORMED_RESPONSE, "the answer is malformed: " + what);
    }
}
