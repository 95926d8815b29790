package dev.gofer.fetch;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gofer.fetch.http.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WantedTest {
    private static final String PNG = "\u0089PNG\r\n\u001a\n....";
    private static final String JPEG = "\u00ff\u00d8\u00ff\u00e0..JFIF";
    private static final String PAGE = "  \n<!DOCTYPE html><html><title>Sign in</title>";

    private static void check(Wanted wanted, @Nullable String declared, String body) throws Wanted.Refused {
        var bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        wanted.check(MediaType.of(declared), bytes, bytes.length);
    }

    private static Reason refused(Wanted wanted, @Nullable String declared, String body) {
        return assertThrows(Wanted.Refused.class, () -> check(wanted, declared, body))
                .reason();
    }

    @Test
    void aPageInPlaceOfAPictureIsAMismatch() {
        var wanted = new Wanted(List.of(), true, true);
        for (var type : List.of(
                "image/jpeg", "image/jpg", "image/png", "image/webp", "image/bmp", "video/mp4", "application/pdf"))
            assertEquals(Reason.TYPE_MISMATCH, refused(wanted, type, PAGE), type);
        assertEquals(Reason.TYPE_MISMATCH, refused(wanted, "image/png", JPEG));
        assertEquals(Reason.TYPE_MISMATCH, refused(wanted, "image/png", "not a picture at all"));
        assertEquals(Reason.TYPE_MISMATCH, refused(wanted, "image/png", ""));
        assertEquals(Reason.TYPE_MISMATCH, refused(wanted, "text/html", PNG));
    }

    @Test
    void whatMayBeRightIsTaken() {
        var wanted = new Wanted(List.of(), true, true);
        assertDoesNotThrow(() -> {
            check(wanted, "image/png", PNG);
            check(wanted, "image/jpg", JPEG);
            check(wanted, "IMAGE/JPEG; q=1", JPEG);
            check(wanted, "image/x-unknown", JPEG);
            check(wanted, "image/svg+xml", "<?xml version='1.0'?><svg/>");
            check(wanted, "application/xml", "<?xml version='1.0'?><a/>");
            check(wanted, "application/rss+xml", "<?xml version='1.0'?><a/>");
            check(
                    wanted,
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                    "PK\u0003\u0004docx");
            check(wanted, "application/octet-stream", PAGE);
            check(wanted, "text/plain", "some words");
            check(wanted, "application/x-tar", "\u001f\u008bpacked all the same");
            check(wanted, null, PAGE);
            check(wanted, "audio/mp4", "\0\0\0 ftypM4A ");
            check(wanted, "text/plain", "");
        });
    }

    @Test
    void aBodyWithoutTypeIsJudgedByItsBytes() {
        var wanted = new Wanted(List.of("image/*"), false, true);
        assertDoesNotThrow(() -> check(wanted, null, PNG));
        assertEquals(Reason.UNWANTED_TYPE, refused(wanted, null, PAGE));
        assertEquals(Reason.UNWANTED_TYPE, refused(wanted, null, "some words"));
    }

    @Test
    void aTypeHasTwoParts() {
        for (var wrong : List.of("", "png", "image/", "/png", "image/png/x", "image/*x", "*/png"))
            assertThrows(IllegalArgumentException.class, () -> new Wanted(List.of(wrong), false, true), wrong);
        assertEquals(List.of("image/png", "*/*"), new Wanted(List.of(" Image/PNG ", "*/*"), false, true).types());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "noai | noai",
                "NoImageAI | noimageai",
                "all, noindex | noindex",
                "none | none",
                "nofollow, noarchive |",
                "all |",
                "googlebot: noindex |",
                "googlebot: nofollow, noindex |",
                "gofer: noai | noai",
                "googlebot: noindex, gofer: noai | noai",
                "*: noindex | noindex",
                "unavailable_after: 25 Jun 2030 15:00:00 PST |",
                "max-snippet: -1, noai | noai",
                "noindexed |"
            })
    void robotsAreAskedByName(String value, @Nullable String directive) {
        assertEquals(directive, Robots.optOut(List.of(value)));
    }

    @Test
    void eachRobotsHeaderCountsByItself() {
        assertEquals("noai", Robots.optOut(List.of("googlebot: noindex", "noai")));
        assertNull(Robots.optOut(List.of()));
    }
}
