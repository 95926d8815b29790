package dev.gofer.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Draws the demo's pictures: discs over a gradient, another one for each number, as PNG or as JPEG. */
final class DemoImages {
    private DemoImages() {}

    /** The picture with this number: always the same one for the same number. */
    static byte[] image(int number) {
        var random = new Random(number);
        var width = 48 + 8 * random.nextInt(18);
        var height = 48 + 8 * random.nextInt(14);
        var pixels = draw(random, width, height);
        return number % 3 == 0 ? DemoJpeg.encode(pixels, width, height) : png(pixels, width, height);
    }

    /** The ending of the picture's file name. */
    static String ending(int number) {
        return number % 3 == 0 ? ".jpg" : ".png";
    }

    /** Pixels as 0xRRGGBB, row by row. */
    private static int[] draw(Random random, int width, int height) {
        var from = random.nextInt(0x1000000);
        var to = random.nextInt(0x1000000);
        var pixels = new int[width * height];
        for (var y = 0; y < height; y++) {
            for (var x = 0; x < width; x++) pixels[y * width + x] = mix(from, to, (x + y) * 256 / (width + height));
        }
        for (var disc = 0; disc < 6; disc++) {
            var colour = random.nextInt(0x1000000);
            var centreX = random.nextInt(width);
            var centreY = random.nextInt(height);
            var radius = 6 + random.nextInt(height / 3);
            for (var y = Math.max(0, centreY - radius); y < Math.min(height, centreY + radius); y++) {
                for (var x = Math.max(0, centreX - radius); x < Math.min(width, centreX + radius); x++) {
                    var distance = (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY);
                    var share = 255 - 255 * distance / (radius * radius);
                    if (share > 0) pixels[y * width + x] = mix(pixels[y * width + x], colour, Math.min(255, share * 3));
                }
            }
        }
        return pixels;
    }

    private static int mix(int from, int to, int share) { // share of `to`, of 256
        var mixed = 0;
        for (var shift = 0; shift < 24; shift += 8) {
            var channel = ((from >> shift & 255) * (256 - share) + (to >> shift & 255) * share) >> 8;
            mixed |= channel << shift;
        }
        return mixed;
    }

    private static byte[] png(int[] pixels, int width, int height) {
        var rows = ByteBuffer.allocate(height * (1 + 3 * width));
        for (var y = 0; y < height; y++) {
            rows.put((byte) 0); // no filter
            for (var x = 0; x < width; x++) {
                var pixel = pixels[y * width + x];
                rows.put((byte) (pixel >> 16)).put((byte) (pixel >> 8)).put((byte) pixel);
            }
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        var header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        chunk(out, "IHDR", header.put((byte) 8).put((byte) 2).array()); // eight bits, red green blue
        chunk(out, "IDAT", deflate(rows.array()));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        var chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
        chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        var crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        out.writeBytes(chunk.putInt((int) crc.getValue()).array());
    }

    private static byte[] deflate(byte[] data) {
        var deflater = new Deflater(Deflater.BEST_SPEED);
        deflater.setInput(data);
        deflater.finish();
        var out = new ByteArrayOutputStream(data.length / 2);
        var buffer = new byte[8192];
        while (!deflater.finished()) out.write(buffer, 0, deflater.deflate(buffer));
        deflater.end();
        return out.toByteArray();
    }
}
