package dev.gofer.fetch.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "http://example.com => http://example.com/",
                "HTTP://EXAMPLE.com:80/A => http://example.com/A",
                "https://example.com:443/a => https://example.com/a",
                "https://example.com:80/a => https://example.com:80/a",
                "http://example.com:/a => http://example.com/a",
                "http://example.com./a => http://example.com/a",
                "http://example.com?q=1 => http://example.com/?q=1",
                "http://example.com/a#part => http://example.com/a",
                "http://example.com/a?b#part?c => http://example.com/a?b",
                "http://example.com#part/a?b => http://example.com/",
                "http://example.com/a b => http://example.com/a%20b",
                "http://example.com/a%20b => http://example.com/a%20b",
                "http://example.com/100%/a%zz => http://example.com/100%25/a%25zz",
                "http://example.com/사진.jpg => http://example.com/%EC%82%AC%EC%A7%84.jpg",
                "http://example.com/😀?q=ü => http://example.com/%F0%9F%98%80?q=%C3%BC",
                "http://example.com/a|b[1]{2}^\"<>\\ => http://example.com/a%7Cb%5B1%5D%7B2%7D%5E%22%3C%3E%5C",
                "http://example.com/a;b=c,d@e:f!$&'()*+~ => http://example.com/a;b=c,d@e:f!$&'()*+~",
                "http://example.com/a/../b/./c => http://example.com/b/c",
                "http://example.com/../../b => http://example.com/b",
                "http://example.com/a/%2e%2E/b => http://example.com/b",
                "http://example.com/a/.. => http://example.com/",
                "http://example.com/a/b/. => http://example.com/a/b/",
                "http://example.com/a/..b/.c/... => http://example.com/a/..b/.c/...",
                "http://example.com/a//b => http://example.com/a//b",
                "http://example.com/?a=/../b => http://example.com/?a=/../b",
                "http://my_host.example.com/ => http://my_host.example.com/",
                "http://bücher.example/ => http://xn--bcher-kva.example/",
                "http://한국.example/ => http://xn--3e0b707e.example/",
                "http://EXAMPLE。com/ => http://example.com/",
                "http://1.2.3.4.example/ => http://1.2.3.4.example/",
                "http://127.1/ => http://127.0.0.1/",
                "http://0x7F.1:81/ => http://127.0.0.1:81/",
                "http://127.0.0.1./ => http://127.0.0.1/",
                "http://１２７.0.0.1/ => http://127.0.0.1/",
                "http://[::1]/ => http://[0:0:0:0:0:0:0:1]/",
                "http://[2606:4700::1111]:8080/a => http://[2606:4700:0:0:0:0:0:1111]:8080/a",
                "http://[::ffff:127.0.0.1]/ => http://127.0.0.1/",
            })
    void isBroughtToTheFormInWhichItIsSent(String text, String sent) throws FetchException {
        var url = HttpUrl.parse(text);
        assertEquals(sent, url.toString());
        assertEquals(url, HttpUrl.parse(url.toString()), "what was brought to form stays");
        for (var other : List.of(
                sent, text, "http://example.com/", "https://example.com/", "http://127.0.0.1:81/", "http://[::1]/"))
            assertSame(url, HttpUrl.parse(text, HttpUrl.parse(other)));
        assertSame(url, HttpUrl.parse(sent, url));
        assertEquals(sent, java.net.URI.create(sent).toASCIIString(), "and is a URI");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "example.com",
                "//example.com/",
                "/a",
                "http:/example.com",
                "http:example.com",
                "://example.com",
                "http://",
                "http:///a",
                "http://?a",
                "http://:80/",
                "http://example.com:0/",
                "http://example.com:65536/",
                "http://example.com:8o/",
                "http://example.com:-1/",
                "http://example.com:80:80/",
                "http://a..b/",
                "http://.a/",
                "http://exa mple.com/",
                "http://exa%6dple.com/",
                "http://example.com\\@evil.example/",
                "http://example.com\\a",
                "http://user@example.com/",
                "http://user:secret@example.com/",
                "http://example.com%40evil.example/",
                "http://1.2.3.4.5/",
                "http://1.2.3.256/",
                "http://256.1/",
                "http://4294967296/",
                "http://1.2.3.08/",
                "http://1.2..3/",
                "http://a.0x1g.1/",
                "http://[::1/",
                "http://::1/",
                "http://[]/",
                "http://[:]/",
                "http://[1.2.3.4]/",
                "http://[::1%25eth0]/",
                "http://[fe80::1%eth0]/",
                "http://[::1]x/",
                "http://a/\r\nX: y",
                "http://a/\n",
                "http://a/\u0000",
                "http://a\t/",
                "http://a/\u007f",
                "http://a/\ud800",
                "http://a\ud800/",
            })
    void isRefusedWhereItCannotBeCalled(String text) {
        var failure = assertThrows(FetchException.class, () -> HttpUrl.parse(text));
        assertEquals(Reason.INVALID_URL, failure.reason());
        assertFalse(failure.retryable());
        assertFalse(failure.getMessage().contains("secret"));
        for (var other : new String[] {"http://a/", "http://[::1]/", "http://1.2.3.4/", "https://a/"}) {
            var before = assertDoesNotThrow(() -> HttpUrl.parse(other));
            assertEquals(
                    failure.getMessage(),
                    assertThrows(FetchException.class, () -> HttpUrl.parse(text, before))
                            .getMessage());
        }
    }

    /** All of it, not only what counts for equality. */
    private static void assertSame(HttpUrl expected, HttpUrl url) {
        assertEquals(expected, url);
        assertEquals(expected.toString(), url.toString());
        assertEquals(expected.server(), url.server());
        assertEquals(expected.authority(), url.authority());
        assertEquals(expected.literal(), url.literal());
    }

    @Test
    void aServerWhoseNameGoesOnIsAnother() throws FetchException {
        var before = HttpUrl.parse("http://example.com/");
        for (var text : List.of(
                "http://example.com.evil.example/",
                "http://example.community/",
                "http://example.com:81/",
                "http://example.com./",
                "https://example.com/")) {
            assertSame(HttpUrl.parse(text), HttpUrl.parse(text, before));
        }
        assertThrows(FetchException.class, () -> HttpUrl.parse("http://example.com@evil.example/", before));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a/",
                "file:///etc/passwd",
                "data:,x",
                "javascript:alert(1)",
                "HTTPX://a/",
                "gopher://127.0.0.1/",
                "jar:http://a!/"
            })
    void isRefusedWithItsSchemeWhereThatIsAnother(String text) {
        assertEquals(
                Reason.UNSUPPORTED_SCHEME,
                assertThrows(FetchException.class, () -> HttpUrl.parse(text)).reason());
    }

    @Test
    void isRefusedWhenItIsLongerThanAnyServerTakes() {
        var text = "http://a/" + "a".repeat(20_000);
        assertEquals(
                Reason.INVALID_URL,
                assertThrows(FetchException.class, () -> HttpUrl.parse(text)).reason());
        assertThrows(FetchException.class, () -> HttpUrl.parse("http://" + "a".repeat(64) + ".b/"));
        assertThrows(FetchException.class, () -> HttpUrl.parse("http://" + "a.".repeat(127) + "b/"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "https://c/d => https://c/d",
                "//c/d => http://c/d",
                "/d => http://a:8080/d",
                "d => http://a:8080/b/d",
                "./d => http://a:8080/b/d",
                "../d => http://a:8080/d",
                "../../d => http://a:8080/d",
                "?x=y => http://a:8080/b/c?x=y",
                "d?x=/../y => http://a:8080/b/d?x=/../y",
                "#z => http://a:8080/b/c?q",
                "d#z => http://a:8080/b/d",
                "/a b/ü => http://a:8080/a%20b/%C3%BC",
            })
    void resolvesALocation(String location, String expected) throws FetchException {
        assertEquals(
                expected, HttpUrl.parse("http://a:8080/b/c?q").resolve(location).toString());
    }

    @Test
    void aHeaderThatIsNoUtf8KeepsItsBytes() {
        assertEquals("/é", PercentCode.fromHeader("/\u00c3\u00a9"));
        assertEquals("/%E9", PercentCode.fromHeader("/\u00e9"));
        assertEquals("/e", PercentCode.fromHeader("/e"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a.example",
                "http://a.example/?",
                "http://a.example/b%20c?d=%2F?e",
                "http://[::1]:81/a|b?c d#e",
                "https://1/x;y?"
            })
    void pathAndQueryAreThoseOfItsText(String text) throws FetchException {
        var url = HttpUrl.parse(text);
        var uri = java.net.URI.create(url.toString());
        assertEquals(uri.getRawPath(), url.path());
        assertEquals(uri.getRawQuery(), url.query());
        assertEquals((url.host() + ":" + url.port()), url.server());
    }
}
