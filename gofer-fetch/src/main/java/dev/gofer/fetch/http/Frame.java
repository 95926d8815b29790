package dev.gofer.fetch.http;

/** The numbers of HTTP/2's frames (RFC 9113 §6, §7), and how the short ones are written. */
final class Frame {
    static final int HEADER = 9;
    static final int MAX_PAYLOAD = 16_384; // what both sides may send unless they say otherwise; we do not

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1; // of DATA and HEADERS
    static final int ACK = 1; // of SETTINGS and PING
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITIZED = 0x20;

    static final int SETTING_HEADER_TABLE_SIZE = 1;
    static final int SETTING_ENABLE_PUSH = 2;
    static final int SETTING_MAX_CONCURRENT_STREAMS = 3;
    static final int SETTING_INITIAL_WINDOW_SIZE = 4;
    static final int SETTING_MAX_FRAME_SIZE = 5;
    static final int SETTING_MAX_HEADER_LIST_SIZE = 6;

    static final int NO_ERROR = 0;
    static final int PROTOCOL_ERROR = 1;
    static final int FLOW_CONTROL_ERROR = 3;
    static final int FRAME_SIZE_ERROR = 6;
    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int COMPRESSION_ERROR = 9;
    static final int ENHANCE_YOUR_CALM = 11;
    static final int HTTP_1_1_REQUIRED = 13;

    private Frame() {}

    /** A frame whose payload is still to be filled in. */
    static byte[] of(int type, int flags, int stream, int length) {
        byte[] frame = new byte[HEADER + length];
        header(frame, 0, type, flags, stream, length);
        return frame;
    }

    static void header(byte[] to, int at, int type, int flags, int stream, int length) {
        to[at] = (byte) (length >> 16);
        to[at + 1] = (byte) (length >> 8);
        to[at + 2] = (byte) length;
        to[at + 3] = (byte) type;
        to[at + 4] = (byte) flags;
        putInt(to, at + 5, stream);
    }

    /** A frame whose payload is one number. */
    static byte[] number(int type, int stream, int value) {
        byte[] frame = of(type, 0, stream, 4);
        putInt(frame, HEADER, value);
        return frame;
    }

    static byte[] goAway(int code) {
        byte[] frame = of(GOAWAY, 0, 0, 8); // no stream of the server's was taken: there is none
        putInt(frame, HEADER + 4, code);
        return frame;
    }

    static byte[] settings(int... pairs) {
        byte[] frame = of(SETTINGS, 0, 0, pairs.length * 3);
        for (int i = 0; i < pairs.length; i += 2) {
            int at = HEADER + i * 3;
            frame[at] = (byte) (pairs[i] >> 8);
            frame[at + 1] = (byte) pairs[i];
            putInt(frame, at + 2, pairs[i + 1]);
        }
        return frame;
    }

    static void putInt(byte[] to, int at, int value) {
        to[at] = (byte) (value >> 24);
        to[at + 1] = (byte) (value >> 16);
        to[at + 2] = (byte) (value >> 8);
        to[at + 3] = (byte) value;
    }

    static int getInt(byte[] from, int at) {
        return (from[at] & 255) << 24 | (from[at + 1] & 255) << 16 | (from[at + 2] & 255) << 8 | (from[at + 3] & 255);
    }

    static String error(int code) {
        return switch (code) {
            case NO_ERROR -> "no error";
            case PROTOCOL_ERROR -> "protocol error";
            case 2 -> "internal error";
            case FLOW_CONTROL_ERROR -> "flow control error";
            case 4 -> "settings timeout";
            case 5 -> "stream closed";
            case FRAME_SIZE_ERROR -> "frame size error";
            case REFUSED_STREAM -> "refused";
            case CANCEL -> "cancelled";
            case COMPRESSION_ERROR -> "compression error";
            case 10 -> "connect error";
            case ENHANCE_YOUR_CALM -> "enhance your calm";
            case 12 -> "inadequate security";
            case HTTP_1_1_REQUIRED -> "HTTP/1.1 required";
            default -> "error " + code;
        };
    }
}
