package dev.gofer.cli;

import java.io.ByteArrayOutputStream;

/**
 * A baseline JPEG encoder, as small as the format allows: three full-size components, the luminance tables of the standard's
 * Annex K for all of them, width and height multiples of eight. The JDK's own would start all of java.desktop for the demo.
 */
final class DemoJpeg {
    private static final int[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };
    private static final int[] QUANTA = { // in natural order
        8, 6, 5, 8, 12, 20, 26, 31, 6, 6, 7, 10, 13, 29, 30, 28, 7, 7, 8, 12, 20, 29, 35, 28, 7, 9, 11, 15, 26, 44, 40,
        31, 9, 11, 19, 28, 34, 55, 52, 39, 12, 18, 28, 32, 41, 52, 57, 46, 25, 32, 39, 44, 52, 61, 60, 51, 36, 46, 48,
        49, 56, 50, 52, 50
    };
    private static final int[] DC_COUNTS = {0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
    private static final int[] DC_VALUES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    private static final int[] AC_COUNTS = {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125};
    private static final int[] AC_VALUES = {
        0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71,
                0x14,
        0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82,
                0x09,
        0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39,
                0x3a,
        0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64,
                0x65,
        0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87,
                0x88,
        0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8,
                0xa9,
        0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9,
                0xca,
        0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9,
                0xea,
        0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa
    };
    private static final int[] DC_CODES = codes(DC_COUNTS, DC_VALUES);
    private static final int[] AC_CODES = codes(AC_COUNTS, AC_VALUES);
    private static final float[] COSINES = cosines();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int bits; // not yet written, in the low `held` bits
    private int held;

    private DemoJpeg() {}

    /** The picture with these 0xRRGGBB pixels. */
    static byte[] encode(int[] pixels, int width, int height) {
        var jpeg = new DemoJpeg();
        jpeg.headers(width, height);
        jpeg.scan(pixels, width, height);
        return jpeg.out.toByteArray();
    }

    private void headers(int width, int height) {
        bytes(0xff, 0xd8);
        bytes(0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
        bytes(0xff, 0xdb, 0, 67, 0);
        for (var place : ZIGZAG) out.write(QUANTA[place]);
        bytes(0xff, 0xc0, 0, 17, 8, height >> 8, height, width >> 8, width, 3);
        bytes(1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0);
        bytes(0xff, 0xc4, 0, 19 + DC_VALUES.length, 0);
        bytes(DC_COUNTS);
        bytes(DC_VALUES);
        bytes(0xff, 0xc4, 0, 19 + AC_VALUES.length, 0x10);
        bytes(AC_COUNTS);
        bytes(AC_VALUES);
        bytes(0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0);
    }

    private void scan(int[] pixels, int width, int height) {
        var before = new int[3]; // the last block's mean, per component
        var block = new float[64];
        for (var y = 0; y < height; y += 8) {
            for (var x = 0; x < width; x += 8) {
                for (var component = 0; component < 3; component++) {
                    for (var i = 0; i < 64; i++) {
                        block[i] = component(component, pixels[(y + i / 8) * width + x + i % 8]);
                    }
                    before[component] = block(transform(block), before[component]);
                }
            }
        }
        put(0x7f, 7); // fills the last byte with ones
        bytes(0xff, 0xd9);
    }

    private static float component(int component, int pixel) {
        float red = pixel >> 16 & 255;
        float green = pixel >> 8 & 255;
        float blue = pixel & 255;
        return switch (component) {
            case 0 -> 0.299f * red + 0.587f * green + 0.114f * blue - 128;
            case 1 -> -0.1687f * red - 0.3313f * green + 0.5f * blue;
            default -> 0.5f * red - 0.4187f * green - 0.0813f * blue;
        };
    }

    /** The block's frequencies, quantised, in zigzag order: cosine transform of the rows, then of the columns. */
    private static int[] transform(float[] block) {
        var rows = new float[64];
        for (var y = 0; y < 8; y++) {
            for (var u = 0; u < 8; u++) {
                for (var x = 0; x < 8; x++) rows[y * 8 + u] += block[y * 8 + x] * COSINES[u * 8 + x];
            }
        }
        var frequencies = new int[64];
        for (var i = 0; i < 64; i++) {
            var place = ZIGZAG[i];
            var sum = 0f;
            for (var y = 0; y < 8; y++) sum += rows[y * 8 + place % 8] * COSINES[place / 8 * 8 + y];
            frequencies[i] = Math.round(sum / QUANTA[place]);
        }
        return frequencies;
    }

    /** Writes one block; gives its mean, against which the next one's is written. */
    private int block(int[] frequencies, int before) {
        number(DC_CODES, 0, frequencies[0] - before);
        var zeros = 0;
        for (var i = 1; i < 64; i++) {
            if (frequencies[i] == 0) {
                zeros++;
                continue;
            }
            for (; zeros > 15; zeros -= 16) code(AC_CODES[0xf0]);
            number(AC_CODES, zeros << 4, frequencies[i]);
            zeros = 0;
        }
        if (zeros > 0) code(AC_CODES[0]); // the rest is zero
        return frequencies[0];
    }

    /** A number is a code for its length in bits, then those bits; a negative one is written less one. */
    private void number(int[] codes, int run, int value) {
        var length = 32 - Integer.numberOfLeadingZeros(Math.abs(value));
        code(codes[run | length]);
        put((value < 0 ? value - 1 : value) & (1 << length) - 1, length);
    }

    private void code(int code) {
        put(code & 0xffff, code >> 16);
    }

    private void put(int value, int length) {
        bits = bits << length | value;
        held += length;
        while (held >= 8) {
            held -= 8;
            var b = bits >> held & 255;
            out.write(b);
            if (b == 255) out.write(0); // else it would begin a marker
        }
        bits &= (1 << held) - 1;
    }

    private void bytes(int... values) {
        for (var value : values) out.write(value);
    }

    /** For each value its code, with the code's length in the upper half. */
    private static int[] codes(int[] counts, int[] values) {
        var codes = new int[256];
        var code = 0;
        var next = 0;
        for (var length = 1; length <= 16; length++) {
            for (var i = 0; i < counts[length - 1]; i++) codes[values[next++]] = length << 16 | code++;
            code <<= 1;
        }
        return codes;
    }

    private static float[] cosines() {
        var cosines = new float[64];
        for (var i = 0; i < 64; i++) {
            var scale = i < 8 ? Math.sqrt(0.125) : 0.5;
            cosines[i] = (float) (scale * Math.cos((2 * (i % 8) + 1) * (i / 8) * Math.PI / 16));
        }
        return cosines;
    }
}
