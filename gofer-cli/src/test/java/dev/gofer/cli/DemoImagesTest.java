package dev.gofer.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class DemoImagesTest {
    @Test
    void everyPictureIsARealOne() throws IOException {
        var sizes = new HashSet<Integer>();
        for (var number = 1; number <= 60; number++) {
            var bytes = DemoImages.image(number);
            var image = ImageIO.read(new ByteArrayInputStream(bytes));
            assertNotNull(image, "picture " + number);
            assertTrue(image.getWidth() >= 48 && image.getHeight() >= 48);
            sizes.add(bytes.length);
        }
        assertTrue(sizes.size() > 50, "they differ");
    }

    @Test
    void aJpegLooksLikeItsPixels() throws IOException {
        var pixels = new int[64 * 64];
        for (var i = 0; i < pixels.length; i++) pixels[i] = i % 64 < 32 ? 0xc02010 : 0x1080e0;
        var image = ImageIO.read(new ByteArrayInputStream(DemoJpeg.encode(pixels, 64, 64)));
        for (var y = 0; y < 64; y++) {
            for (var x = 0; x < 64; x++) {
                for (var shift = 0; shift < 24; shift += 8) {
                    var expected = (pixels[y * 64 + x] >> shift) & 255;
                    assertEquals(expected, (image.getRGB(x, y) >> shift) & 255, 12, "at " + x + "," + y);
                }
            }
        }
    }

    @Test
    void theSameNumberGivesTheSamePicture() {
        assertArrayEquals(DemoImages.image(7), DemoImages.image(7));
    }
}
