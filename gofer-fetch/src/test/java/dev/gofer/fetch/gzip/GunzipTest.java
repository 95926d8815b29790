package dev.gofer.fetch.gzip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class GunzipTest {
    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) all.writeBytes(part);
        return all.toByteArray();
    }

    private static byte[] gunzip(byte[] bytes) throws IOException {
        try (var in = new Gunzip(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatWasPackedComesOut() throws IOException {
        for (var size : new int[] {0, 1, 8191, 8192, 8193, 100_000}) {
            assertArrayEquals(random(size), gunzip(gzip(random(size))));
        }
    }

    @Test
    void membersFollowOneAnotherAndPaddingThem() throws IOException {
        var one = random(8170); // its member ends near the end of a buffer
        for (var size = 8150; size < 8200; size++) {
            var all = join(gzip(random(size)), gzip(new byte[0]), gzip(one), new byte[100]);
            assertArrayEquals(join(random(size), one), gunzip(all));
        }
    }

    @Test
    void aHeaderMayHoldANameACommentAndMore() throws IOException {
        var plain = gzip("hello".getBytes(StandardCharsets.UTF_8));
        var head =
                HexFormat.of().parseHex("1f8b081e" + "000000000003" + "0200" + "aabb" + "6e616d6500" + "6300" + "1234");
        var body = new ByteArrayInputStream(plain, 10, plain.length - 10).readAllBytes();
        assertEquals("hello", new String(gunzip(join(head, body)), StandardCharsets.UTF_8));
    }

    @Test
    void aCutAtAnyByteIsSeen() throws IOException {
        var whole = join(gzip(random(50)), gzip(random(60)));
        var seam = gzip(random(50)).length;
        for (var cut = 0; cut < whole.length; cut++) {
            if (cut == seam) continue; // nobody could see that
            var part = new ByteArrayInputStream(whole, 0, cut).readAllBytes();
            assertThrows(EOFException.class, () -> gunzip(part), "cut at " + cut);
        }
    }

    @Test
    void damageAtAnyByteOfTheSecondMemberIsSeenOrHarmless() throws IOException {
        var seam = gzip(random(50)).length;
        var whole = join(gzip(random(50)), gzip(random(60)));
        for (var at = seam; at < whole.length; at++) {
            var harmless = at >= seam + 4 && at < seam + 10; // time, hints, system
            var bad = whole.clone();
            bad[at] ^= (byte) (at == seam + 3 ? 0xe0 : 0x55); // of the flags, the bits without a meaning
            if (harmless || at == seam + 3) assertEquals(110, gunzip(bad).length);
            else assertThrows(IOException.class, () -> gunzip(bad), "damaged at " + at);
        }
        var e = assertThrows(IOException.class, () -> gunzip(join(gzip(random(5)), new byte[] {1, 2, 3})));
        assertTrue(String.valueOf(e.getMessage()).contains("damaged"));
    }
}
