package dev.gofer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.fetch.http.Proxies;
import dev.gofer.fetch.http.TransportOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

final class RequestFlagsTest {
    @TempDir
    private Path folder;

    private static TransportOptions options(Map<String, String> environment, Consumer<RequestOptions> set) {
        var flags = new RequestOptions();
        set.accept(flags);
        return new RequestFlags(flags, environment)
                .apply(TransportOptions.builder())
                .build();
    }

    private static String refused(Consumer<RequestOptions> set) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> options(Map.of(), set))
                .getMessage());
    }

    @Test
    void withoutFlagsAllIsAsUsual() {
        var usual = options(Map.of(), flags -> {});
        assertEquals(TransportOptions.defaults(), usual);
        assertTrue(usual.http2());
    }

    @Test
    void eachFlagArrives() {
        assertFalse(options(Map.of(), flags -> flags.http11 = true).http2());
        assertTrue(options(Map.of(), flags -> flags.compressed = true).gzip());
        assertEquals(
                Set.of("https"),
                options(Map.of(), flags -> flags.proto = List.of("=https")).schemes());
        assertEquals(
                Map.of("X", "a: b"),
                options(Map.of(), flags -> flags.headers = List.of("X: a: b")).headers());
        assertEquals(
                "Proxies[http the proxy p:3128, https the proxy p:3128]",
                options(Map.of("http_proxy", "q"), flags -> flags.proxy = "ann:secret@p:3128")
                        .proxies()
                        .toString());
        assertEquals(
                "Proxies[http the proxy q:80, https null]",
                options(Map.of("http_proxy", "q"), flags -> {}).proxies().toString());
        assertEquals(
                Proxies.none(),
                options(Map.of("http_proxy", "q"), flags -> flags.proxy = "").proxies());
    }

    @Test
    void secretsMayComeFromAFileAndAreInNoMessage() throws Exception {
        var file = Files.writeString(folder.resolve("secret"), "ann:secret\n");
        options(Map.of(), flags -> flags.user = "@" + file);
        for (var message : List.of(
                refused(flags -> flags.user = "secret"),
                refused(flags -> flags.bearer = "two secret words"),
                refused(flags -> flags.headers = List.of("secret")),
                refused(flags -> flags.proxy = "ftp://ann:secret@p"),
                refused(flags -> {
                    flags.user = "ann:secret";
                    flags.bearer = "secret";
                }),
                refused(flags -> flags.netrcFile = folder.resolve("none")),
                refused(flags -> flags.bearer = "@" + folder.resolve("none"))))
            assertFalse(message.contains("secret") && !message.contains(folder.toString()), message);
        assertTrue(refused(flags -> flags.proto = List.of("ftp")).contains("schemes are http, https"));
    }

    @Test
    void ratesAreForASecondAMinuteOrAnHour() throws Exception {
        var rates = new FlagValues.Rates();
        assertEquals(5, rates.convert("5"));
        assertEquals(0.5, rates.convert("0.5/s"));
        assertEquals(0.5, rates.convert("30/m"));
        assertEquals(0.01, rates.convert("36/h"));
        for (var wrong : List.of("", "0", "-1", "x", "5/d", "5/", "NaN", "1e9"))
            assertThrows(TypeConversionException.class, () -> rates.convert(wrong), wrong);
    }
}
