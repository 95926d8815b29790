package dev.gofer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gofer.fetch.archive.ArchiveVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class CommandTest {
    @TempDir
    private Path folder;

    /** Runs the command in this JVM; gives the exit code and what it said. */
    private static String run(String... args) {
        var said = new StringWriter();
        var bytes = new ByteArrayOutputStream();
        var out = System.out;
        var err = System.err;
        var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        System.setOut(stream);
        System.setErr(stream);
        try {
            var line = Main.commandLine().setErr(new PrintWriter(said, true)).setOut(new PrintWriter(said, true));
            return line.execute(args) + ": " + said + bytes.toString(StandardCharsets.UTF_8);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private List<String> left() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Somebody's data may be on another disk than the folder where it belongs. */
    @Test
    void aLinkToAFolderIsFollowed() throws Exception {
        Files.createDirectories(folder.resolve("disk/data"));
        Files.createSymbolicLink(folder.resolve("data"), folder.resolve("disk/data"));
        Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("no/such"));
        try (var server = new DemoServer()) {
            var url = server.urls().getFirst();
            var said = run("fetch", "-q", "-o", folder + "/data/", url);
            assertEquals("0: ", said);
            assertEquals(List.of("data", "disk", "nowhere"), left());
            try (var files = Files.list(folder.resolve("disk/data"))) {
                assertEquals(1, files.count());
            }
            assertTrue(run("fetch", "-q", "-o", folder + "/nowhere/", url).startsWith("4: "));
            said = run("fetch", "-q", "-o", folder + "/data/", url);
            assertTrue(said.startsWith("4: ") && said.contains("-f adds to what is there"), said);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            fecth http://h/a                     | Did you mean fetch?
            fecth http://h/a                     | no command is called fecth
            pom.xml                              | Did you mean gofer fetch -i pom.xml?
            --verison                            | Did you mean --version?
            fetch -i pom.xml -o ./pom.xml        | pom.xml is the list: name another file with -o
            http://h/a                           | Did you mean gofer fetch http://h/a?
            fetch --concurency 5 http://h/a      | Did you mean --concurrency?
            fetch -j x http://h/a                | 'x' is not a whole number
            fetch -j 0 http://h/a                | 1 to 65535
            fetch -j 70000 http://h/a            | 1 to 65535
            fetch --per-host 0 http://h/a        | 1 or more
            fetch --retry -1 http://h/a          | 0 or more
            fetch --max-time 5x http://h/a       | write for example 500ms, 30s, 5m or 2h
            fetch --max-time 0 http://h/a        | max time
            fetch --connect-timeout 0s http://h/a | connect timeout
            fetch --max-filesize big http://h/a  | write for example 500K, 10M or 2G
            fetch --max-redirs -1 http://h/a     | 0 or more
            fetch --compress best http://h/a     | compression is auto, store, or 0 to 9
            fetch --fsync often http://h/a       | write for example 500ms
            fetch --min-free lots http://h/a     | write for example 500K
            fetch --resume maybe http://h/a      | expected one of [auto, never, force]
            fetch --progress loud http://h/a     | expected one of [auto, bar, plain, json, none]
            fetch -H nocolon http://h/a          | a header is written -H 'Name: value'
            fetch --cacert /no/such.pem http://h/a | no such file with certificates
            fetch --cacert pom.xml http://h/a    | no certificate in PEM form in pom.xml
            fetch --manifest - http://h/a        | --manifest does not go to standard output
            fetch -o - --shard-items 5 http://h/a | standard output takes one archive
            fetch -o x.tar.gz http://h/a         | gofer writes ZIP archives
            fetch -o x/ --format zip http://h/a  | a folder has no --format
            fetch -o x/ --shard-items 5 http://h/a | a folder has no shards
            fetch -o x.zip --shard-items 5 http://h/a | such as shards-%05d.zip
            fetch -o x-%d.zip http://h/a         | say --shard-items or --shard-bytes
            fetch -o x-%d.zip --shard-items 0 http://h/a | 1 or more
            fetch -o                             | Missing required parameter
            fetch -o= http://h/a                 | -o names nothing
            fetch -o / http://h/a                | -o / is the root of the file system: name a folder in it
            fetch pom.xml                        | write -i pom.xml
            fetch -i x.txt --url-col link        | say so with --input-format
            fetch -i x.jsonl --no-header         | --no-header is for CSV and TSV
            fetch --name {indx} http://h/a       | wrong at position 1: {indx} is no field; there are {index}
            fetch --name {col:x} -i x.txt        | a plain list has no columns
            fetch --allow-failures many http://h/a | write for example 20 or 1.5%
            fetch --allow-failures 101% http://h/a | more than all
            fetch --fail-fast --allow-failures 1% http://h/a | needs a number
            fetch --deadline soon http://h/a     | write for example 500ms
            fetch --max-total much http://h/a    | write for example 500K
            fetch --retry-failed m.jsonl http://h/a | takes its URLs from the manifest
            report                               | Missing required parameter
            plan pom.xml                         | write -i pom.xml
            fetch -i x --input-format xml        | expected one of [txt, csv, tsv, jsonl, json, parquet]
            verify                               | Missing required parameter
            """)
    void wrongUsageSaysWhatIsMeantAndExitsWith2(String args, String hint) {
        var said = run(args.split(" "));
        assertTrue(said.startsWith("2: "), said);
        assertTrue(said.contains(hint), said);
        assertTrue(said.lines().count() <= 3, said);
    }

    @Test
    void noCommandIsWrongUsage() {
        assertTrue(run().startsWith("2: "));
    }

    @Test
    void helpTellsOptionsExamplesAndExitCodes() {
        var help = run("fetch", "--help");
        for (var part : List.of(
                "0: ", "--concurrency", "--allow-private", "Exit codes:", "129, 143", "Examples:", "urls.txt")) {
            assertTrue(help.contains(part), part);
        }
        assertTrue(run("--help").contains("demo"));
        assertTrue(run("--version").contains("gofer"));
    }

    @Test
    void whoWantsToKnowIsToldOfEachUrl() throws IOException {
        try (var server = new DemoServer()) {
            var good = server.urls().get(0);
            var missing = server.urls().get(41);
            var said = run("fetch", "-v", "--progress=none", "-o", file("a.zip"), good, missing, good);
            assertTrue(said.startsWith("1: "), said);
            assertTrue(said.contains("stored " + good.substring(good.lastIndexOf('/') + 1) + ": " + good), said);
            assertTrue(said.contains("failed, http-404: " + missing + ": 404"), said);
            assertTrue(said.contains("the same as URL 1 of the list: " + good), said);
            assertTrue(said.contains("1 file fetched, 1 failed, 1 duplicate;"), said);
        }
    }

    @Test
    void exitCodesTellHowItWent() throws IOException {
        try (var server = new DemoServer()) {
            var urls = server.urls();
            var good = urls.get(0);
            var missing = urls.get(41);
            assertTrue(run("fetch", "-o", file("a.zip"), good).startsWith("0: "));
            assertTrue(run("fetch", "-o", file("b.zip"), good, missing).startsWith("1: "));
            assertTrue(run("fetch", "-o", file("c.zip"), "-i", file("none.txt")).startsWith("3: gofer: no such list"));
            Files.writeString(folder.resolve("empty.txt"), "# nothing\n");
            assertTrue(
                    run("fetch", "-o", file("c.zip"), "-i", file("empty.txt")).startsWith("3: gofer: no URL in"));
            var exists = run("fetch", "-o", file("a.zip"), good);
            assertTrue(exists.startsWith("4: ") && exists.contains("-f replaces it"), exists);
            assertTrue(run("fetch", "-o", file("no/c.zip"), good).startsWith("4: "));
            var none = run("fetch", "-o", file("c.zip"), missing, "nonsense");
            assertTrue(none.startsWith("5: ") && none.contains("no archive was written"), none);
            assertTrue(run("fetch", "-f", "-o", file("a.zip"), good).startsWith("0: "));
            assertEquals(List.of("a.zip", "b.zip", "empty.txt"), left());
        }
    }

    @Test
    void aListNeedsLeaveToNameThisMachine() throws IOException {
        try (var server = new DemoServer()) {
            var list = Files.writeString(
                            folder.resolve("urls.txt"), server.urls().get(0) + "\tmy picture.png\n")
                    .toString();
            var refused = run("fetch", "-o", file("a.zip"), "-i", list);
            assertTrue(refused.startsWith("5: ") && refused.contains("--allow-private"), refused);
            assertTrue(run("fetch", "-o", file("a.zip"), "-i", list, "--allow-private", "--manifest", file("m.jsonl"))
                    .startsWith("0: "));
            var manifest = Files.readString(folder.resolve("m.jsonl"));
            assertTrue(manifest.contains("\"status\": \"stored\", \"name\": \"my picture.png\""), manifest);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"m.jsonl", "m.csv"})
    void whatFailedIsReportedAndTriedAgain(String manifest) throws IOException {
        try (var server = new DemoServer()) {
            var url = server.urls().get(0);
            Files.writeString(folder.resolve("x.csv"), "url,sum\n" + url + ",\n\"no, url\",\n");
            var first = run(
                    "fetch",
                    url,
                    "-i",
                    file("x.csv"),
                    "-o",
                    file("a.zip"),
                    "--manifest",
                    file(manifest),
                    "--name",
                    "x.png");
            assertTrue(first.startsWith("1: "), first);
            var report = run("report", file(manifest));
            assertTrue(report.startsWith("1: " + file(manifest) + ": 3 URLs, 1 in the archive, 2 failed"), report);
            for (var part : List.of("50%  private-address", "By server", "127.0.0.1:", "no, url")) {
                assertTrue(report.contains(part), report);
            }
            var again = run(
                    "fetch",
                    "--retry-failed",
                    file(manifest),
                    "--allow-private",
                    "-o",
                    file("b.zip"),
                    "--manifest",
                    file("again.jsonl"));
            assertTrue(again.startsWith("1: ") && again.contains("1 invalid-url"), again);
            try (var zip = new ZipFile(file("b.zip"))) {
                assertEquals(
                        List.of("x-2.png"), zip.stream().map(ZipEntry::getName).toList());
            }
            var same = run(
                    "fetch", "--retry-failed", file(manifest), "-o", file("c.zip"), "-f", "--manifest", file(manifest));
            assertTrue(same.startsWith("4: ") && same.contains("itself"), same);
            var none = run("fetch", "--retry-failed", file("x.csv"), "-o", file("c.zip"));
            assertTrue(none.startsWith("3: ") && none.contains("x.csv:1: no column"), none);
            assertTrue(run("report", file("none.jsonl")).startsWith("3: gofer: no such list"));
        }
    }

    @Test
    void someFailuresMayBeAllowed() throws IOException {
        try (var server = new DemoServer()) {
            var good = server.urls().get(0);
            var missing = server.urls().get(41);
            for (var allowed : List.of("1=0", "0=1", "50%=0", "49.9%=1")) {
                var said = run(
                        "fetch",
                        "-f",
                        "-o",
                        file("a.zip"),
                        "--allow-failures",
                        allowed.split("=", -1)[0],
                        good,
                        missing);
                assertTrue(said.startsWith(allowed.split("=", -1)[1] + ": "), said);
            }
            assertTrue(run("fetch", "-o", file("b.zip"), "--allow-failures", "5", missing)
                    .startsWith("5: "));
        }
    }

    @ParameterizedTest
    @CsvSource({"--deadline=1ms, 7, deadline", "--max-total=1, 7, --max-total", "--fail-fast, 1, more failed"})
    void aRunMayEndBeforeItsListAndGoOnLater(String limit, int code, String why) throws IOException {
        try (var server = new DemoServer()) {
            var urls = new ArrayList<>(server.urls());
            urls.addFirst(server.urls().get(41));
            var list = Files.write(folder.resolve("urls.txt"), urls).toString();
            var command = new String[] {"fetch", "-j", "1", "--allow-private", "-i", list, "-o", file("a.zip")};
            var said = run(command, limit);
            assertTrue(said.startsWith(code + ": ") && said.contains(why), said);
            assertFalse(Files.exists(folder.resolve("a.zip")));
            assertTrue(run(command, "-j", "64", "--allow-failures", "9").startsWith("0: "));
        }
    }

    @Test
    void aPlanCountsAndFetchesNothing() throws IOException {
        var list = Files.writeString(
                        folder.resolve("urls.txt"), "http://h/a.jpg\nhttp://h/b/a.jpg\nhttps://other/\nexample.com/x\n")
                .toString();
        var plan = run("plan", "-i", list, "--name", "{host}/{stem}{ext}");
        assertTrue(plan.startsWith("1: 3 URLs on 2 servers"), plan);
        for (var part : List.of(
                "         2  h:80",
                "other:443",
                "h/a.jpg, h/a-2.jpg, other/index",
                "1 line is no URL",
                list + ":4: example.com/x",
                "write https://example.com/x")) {
            assertTrue(plan.contains(part), part + " in " + plan);
        }
        assertTrue(run("plan", "http://h/").startsWith("0: 1 URL on 1 server"));
        var dry = run("fetch", "--dry-run", "-o", file("a-%d.zip"), "--shard-items", "9", "--retry", "2", "-i", list);
        assertTrue(dry.startsWith("1: 3 URLs on 2 servers") && dry.contains("000000000.jpg, 000000001.jpg"), dry);
        assertEquals(List.of("urls.txt"), left());
    }

    @Test
    void aListMayHaveColumns() throws IOException {
        try (var server = new DemoServer()) {
            var url = server.urls().get(0);
            Files.writeString(folder.resolve("x.csv"), "id,link,title\n7,\"" + url + "\",a cat.png\n");
            var said = run(
                    "fetch -q --allow-private --url-col link --name-col title -i".split(" "),
                    file("x.csv"),
                    "-o",
                    file("a.zip"));
            assertEquals("0: ", said);
            try (var zip = new ZipFile(file("a.zip"))) {
                assertNotNull(zip.getEntry("a cat.png"));
            }
            var bad = run("fetch", "-i", file("x.csv"), "-o", file("b.zip"));
            assertTrue(bad.startsWith("3: gofer: " + file("x.csv") + ":1: which column holds the URLs?"), bad);
            Files.writeString(folder.resolve("x.list"), "{\"url\": \"" + url + "\"}\n");
            var json = run(
                    "fetch -q --allow-private --input-format jsonl -i".split(" "), file("x.list"), "-o", file("c.zip"));
            assertEquals("0: ", json);
        }
    }

    private static String run(String[] args, String... more) {
        return run(Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray(String[]::new));
    }

    @Test
    void theManifestNeverTakesTheNameOfAnotherFile() throws IOException {
        try (var server = new DemoServer()) {
            var url = server.urls().get(0);
            var list = Files.writeString(folder.resolve("urls.txt"), url + "\n").toString();
            var note = Files.writeString(folder.resolve("note.txt"), "keep me").toString();
            Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("note.txt"));
            for (var manifest :
                    List.of(list, note, file("link.txt"), file("a.zip"), file("a.zip.part"), file("no/m"))) {
                var refused = run("fetch", "-o", file("a.zip"), "--manifest", manifest, "--allow-private", "-i", list);
                assertTrue(refused.startsWith("4: ") && refused.contains("cannot write the manifest"), refused);
            }
            for (var manifest : List.of(list, file("a.zip"))) {
                var refused =
                        run("fetch", "-f", "-o", file("a.zip"), "--manifest", manifest, "--allow-private", "-i", list);
                assertTrue(refused.startsWith("4: ") && refused.contains("itself"), refused);
            }
            assertEquals(url + "\n", Files.readString(Path.of(list)));
            assertEquals("keep me", Files.readString(Path.of(note)));
            assertEquals(List.of("link.txt", "note.txt", "urls.txt"), left());
            assertTrue(run("fetch", "-f", "-o", file("a.zip"), "--manifest", note, url)
                    .startsWith("0: "));
            assertTrue(Files.readString(Path.of(note)).contains("\"stored\""));
        }
    }

    @Test
    void whatGainsIsCompressedUnlessOneSaysOtherwise() throws IOException {
        try (var server = new DemoServer()) {
            var url = server.urls().get(0);
            for (var how : List.of("auto", "store", "9")) {
                assertTrue(run("fetch", "-o", file("a.zip"), "-f", "--compress", how, "--fsync", "never", url)
                        .startsWith("0: "));
                try (var zip = new ZipFile(file("a.zip"))) {
                    var entry = zip.entries().nextElement();
                    assertTrue(entry.getMethod() == ZipEntry.STORED || how.equals("9"), how); // it is a picture
                }
            }
            var full = run("fetch", "-o", file("b.zip"), "--min-free", "1000000G", url);
            assertTrue(full.startsWith("4: ") && full.contains("have to stay: free some space"), full);
        }
    }

    @Test
    void aDeterministicArchiveIsTheSameTwice() throws IOException {
        try (var server = new DemoServer()) {
            Files.write(folder.resolve("urls.txt"), server.urls());
            for (var output : List.of("a.zip", "b.zip")) {
                var said = run(
                        "fetch -q --deterministic --allow-private -i".split(" "), file("urls.txt"), "-o", file(output));
                assertTrue(said.startsWith("1: "), said);
            }
            assertEquals(-1, Files.mismatch(folder.resolve("a.zip"), folder.resolve("b.zip")));
            try (var zip = new ZipFile(file("a.zip"))) {
                var names = zip.stream().map(ZipEntry::getName).toList();
                assertEquals(names.stream().sorted().toList(), names, "the demo's names count its list");
                assertEquals(
                        0, zip.entries().nextElement().getLastModifiedTime().toMillis() - 315_532_800_000L);
            }
        }
    }

    @Test
    void aManifestTellsWhatEachEntryMustBe() throws IOException {
        try (var server = new DemoServer()) {
            var urls = server.urls().subList(0, 4);
            for (var output : List.of("a.zip", "a.tar", "files/", "s-%02d.zip")) {
                var manifest = file(output.replaceAll("[/%]", "") + ".jsonl");
                var command = new ArrayList<>(
                        List.of("fetch", "-q", "--verify", "--manifest", manifest, "-o", folder + "/" + output));
                if (output.contains("%")) command.addAll(List.of("--shard-items", "2"));
                command.addAll(urls);
                assertEquals("0: ", run(command.toArray(String[]::new)));
                var said = run("verify", "--manifest", manifest, folder + "/" + output);
                assertTrue(said.startsWith("0: ") && said.contains("as the manifest says"), said);
                Files.writeString(
                        Path.of(manifest),
                        Files.readString(Path.of(manifest))
                                .replace("\"sha256\": \"", "\"sha256\": \"00")
                                .replaceAll("(\"sha256\": \"[0-9a-f]{64})..", "$1"));
                var wrong = run("verify", "--manifest", manifest, folder + "/" + output);
                assertTrue(wrong.startsWith("6: ") && wrong.contains("has a wrong SHA-256"), wrong);
            }
            assertTrue(run("verify", "--manifest", file("none"), file("a.zip")).startsWith("3: "));
            assertTrue(run("verify", file("t-%d.zip")).startsWith("2: "));
        }
    }

    /** Else a manifest of another run would find everything in order. */
    @Test
    void aManifestOfAnotherArchiveIsNotTakenForThisOnes() throws IOException {
        try (var server = new DemoServer()) {
            var urls = server.urls().subList(0, 8);
            for (var output : List.of("a.zip", "files/", "s-%02d.zip")) {
                var command = new ArrayList<>(List.of(
                        "fetch", "-q", "--manifest", file(output.charAt(0) + ".jsonl"), "-o", folder + "/" + output));
                if (output.contains("%")) command.addAll(List.of("--shard-items", "2"));
                command.addAll(urls);
                assertEquals("0: ", run(command.toArray(String[]::new)));
            }
        }
        Files.move(folder.resolve("a.zip"), folder.resolve("b.zip"));
        var said = run("verify", "--manifest", file("a.jsonl"), file("b.zip"));
        assertTrue(said.startsWith("6: ") && !said.contains("as the manifest says"), said);
        assertTrue(said.contains("the manifest knows no archive called b.zip; it tells of a.zip\n"), said);
        said = run("verify", "--manifest", file("a.jsonl"), file("files"));
        assertTrue(said.startsWith("6: ") && said.contains("no archive called files; it tells of a.zip"), said);
        said = run("verify", "--manifest", file("s.jsonl"), file("s-01.zip"), file("b.zip"));
        assertTrue(said.startsWith("6: ") && said.contains("2 as the manifest says"), said);
        assertTrue(said.contains("called b.zip; it tells of s-00.zip, s-01.zip, s-02.zip and others"), said);
        Files.writeString(
                folder.resolve("a.jsonl"),
                Files.readString(folder.resolve("a.jsonl")).replace("a.zip", "standard output"));
        said = run("verify", "--manifest", file("a.jsonl"), file("b.zip"));
        assertTrue(said.startsWith("0: ") && said.contains("8 as the manifest says"), said);
    }

    @Test
    void theRootIsNoArchive() {
        var said = run("verify", "/");
        assertTrue(said.startsWith("3: gofer: cannot read /: it is the root"), said);
    }

    @Test
    void aDamagedArchiveIsRepairedBesideIt() throws IOException {
        try (var server = new DemoServer()) {
            var command = new ArrayList<>(List.of("fetch", "-q", "-o", file("a.zip")));
            command.addAll(server.urls().subList(0, 4));
            run(command.toArray(String[]::new));
        }
        assertTrue(run("repair", file("a.zip")).startsWith("0: " + file("a.zip") + ": whole"));
        var bytes = Files.readAllBytes(folder.resolve("a.zip"));
        Files.write(folder.resolve("a.zip"), Arrays.copyOf(bytes, bytes.length - 30));
        var said = run("repair", file("a.zip"));
        assertTrue(said.startsWith("0: " + file("a-repaired.zip") + ": 4 entries"), said);
        assertTrue(run("verify", file("a-repaired.zip")).startsWith("0: "));
        assertTrue(run("verify", file("a.zip")).startsWith("6: "), "it is only read");
        assertTrue(run("repair", file("a.zip")).startsWith("4: "));
        Files.write(folder.resolve("a.zip.part"), Arrays.copyOf(bytes, 9000));
        Files.delete(folder.resolve("a.zip"));
        var cut = run("repair", file("a.zip"), "-o", file("b.zip"));
        assertTrue(cut.startsWith("1: " + file("b.zip")) && cut.contains("is cut off"), cut);
        Files.write(folder.resolve("a.zip"), Arrays.copyOf(bytes, bytes.length - 30));
        assertTrue(run("repair", "--in-place", file("a.zip")).startsWith("0: " + file("a.zip")));
        assertTrue(run("verify", file("a.zip")).startsWith("0: "));
        assertTrue(run("repair", file("none.zip")).startsWith("3: gofer: no such archive"));
        assertTrue(
                run("repair", file("b.zip"), "-o", file("b.zip"), "--in-place").startsWith("2: "));
        Files.writeString(folder.resolve("c.zip"), "nothing of use");
        assertTrue(run("repair", file("c.zip")).startsWith("5: "));
    }

    @Test
    void aWrongChecksumIsAFailureOfItsOwnIfOneSaysSo() throws IOException {
        try (var server = new DemoServer()) {
            var list = Files.writeString(
                            folder.resolve("x.csv"),
                            "url,sum\n" + server.urls().get(0) + ",\n"
                                    + server.urls().get(1) + "," + "0".repeat(64) + "\n")
                    .toString();
            var command = new String[] {
                "fetch",
                "-f",
                "-i",
                list,
                "--checksum-col",
                "sum",
                "--allow-private",
                "-o",
                file("a.zip"),
                "--allow-failures",
                "5"
            };
            assertTrue(run(command).startsWith("0: "));
            assertTrue(run(command, "--strict").startsWith("6: "));
        }
    }

    @Test
    void quietSaysNothingWhenAllIsWell() throws IOException {
        try (var server = new DemoServer()) {
            assertEquals(
                    "0: ", run("fetch", "-q", "-o", file("a.zip"), server.urls().get(0)));
        }
    }

    @Test
    void verifyFindsAFlippedByte() throws IOException {
        try (var server = new DemoServer()) {
            run("fetch", "-q", "-o", file("a.zip"), server.urls().get(0));
        }
        assertTrue(run("verify", file("a.zip")).startsWith("0: " + file("a.zip") + ": whole, 1 entry"));
        var bytes = Files.readAllBytes(folder.resolve("a.zip"));
        bytes[200] ^= 1;
        Files.write(folder.resolve("a.zip"), bytes);
        assertTrue(run("verify", file("a.zip")).startsWith("6: "));
        assertTrue(run("verify", file("none.zip")).startsWith("3: gofer: no such archive"));
    }

    @Test
    void theDemoShowsItsThreeSpecialPicturesAndLeavesOtherArchivesAlone() throws Exception {
        Files.writeString(folder.resolve("images.zip"), "somebody's holiday");
        var demo = GoferProcess.start(folder, "demo");
        assertEquals(0, demo.exitCode(), demo.said());
        assertTrue(demo.said().contains("missing, on purpose"), demo.said());
        assertTrue(demo.said().contains("503"), demo.said());
        assertTrue(
                demo.said().contains(folder.toRealPath().resolve("images-2.zip").toString()), demo.said());
        assertEquals("somebody's holiday", Files.readString(folder.resolve("images.zip")));
        assertEquals(299, ArchiveVerifier.verify(folder.resolve("images-2.zip")).entries());
        assertEquals(0, GoferProcess.start(folder, "demo").exitCode());
        assertEquals(List.of("images-2.zip", "images.zip"), left(), "a demo's archive is replaced by the next demo's");
    }

    @ParameterizedTest
    @CsvSource({"HUP,129", "TERM,143"})
    void aSignalLeavesWorkThatTheSameCommandGoesOnWith(String signal, int code) throws Exception {
        try (var server = new DemoServer()) {
            var command = command(server);
            var slow = Stream.concat(Stream.of(command), Stream.of("-j", "1")).toArray(String[]::new);
            var first = GoferProcess.start(folder, slow);
            awaitPart(first, 20_000);
            first.signal(signal);
            assertInterrupted(first, code);

            var second = GoferProcess.start(folder, command);
            assertEquals(1, second.exitCode(), second.said());
            assertTrue(second.said().contains("kept from the run before"), second.said());
            assertWhole();
        }
    }

    @Test
    void oneCtrlCSealsTheArchive() throws Exception {
        var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (var server = new DemoServer()) {
            var run = GoferProcess.start(folder, commandWith(server, silent));
            awaitPart(run, 20_000);
            run.signal("INT");
            awaitSaid(run, "Ctrl-C again");
            silent.close(); // with it the connection that waits for its answer ends: it was under way, and is finished
            assertEquals(130, run.exitCode(), run.said());
            assertTrue(run.said().contains("holds what was fetched until then"), run.said());
            var report = ArchiveVerifier.verify(folder.resolve("out.zip"));
            assertTrue(report.isWhole(), () -> report.problems().toString());
            assertTrue(report.entries() > 0);
            assertEquals(List.of("out.zip"), left());
        }
    }

    @Test
    void theSecondCtrlCLeavesWorkThatTheSameCommandGoesOnWith() throws Exception {
        var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (var server = new DemoServer()) {
            var command = commandWith(server, silent);
            var first = GoferProcess.start(folder, command);
            awaitPart(first, 20_000);
            first.signal("INT");
            awaitSaid(first, "Ctrl-C again");
            first.signal("INT");
            assertInterrupted(first, 130);

            silent.close();
            var second = GoferProcess.start(folder, command);
            assertEquals(1, second.exitCode(), second.said());
            assertTrue(second.said().contains("kept from the run before"), second.said());
            assertWhole();
        }
    }

    private void assertInterrupted(GoferProcess run, int code) throws Exception {
        assertTrue(run.process().waitFor(20, TimeUnit.SECONDS));
        assertEquals(code, run.exitCode(), run.said());
        assertTrue(run.said().contains("the same command goes on from there"), run.said());
        assertFalse(Files.exists(folder.resolve("out.zip")));
    }

    /** A command whose first URL is not answered as long as the socket is open: something is under way until then. */
    private String[] commandWith(DemoServer server, ServerSocket silent) throws IOException {
        var command = new ArrayList<>(List.of(command(server)));
        var list = Path.of(command.get(2));
        var urls = new ArrayList<>(Files.readAllLines(list));
        urls.addFirst("http://127.0.0.1:" + silent.getLocalPort() + "/silent");
        Files.write(list, urls);
        command.addAll(List.of("--retry", "1", "--retry-delay", "1ms"));
        return command.toArray(String[]::new);
    }

    private static void awaitSaid(GoferProcess run, String text) throws IOException {
        while (run.process().isAlive() && !run.said().contains(text)) Thread.onSpinWait();
    }

    @Test
    void aKilledRunIsNeverTornAndGoesOn() throws Exception {
        var random = new Random(20_261_123);
        try (var server = new DemoServer()) {
            var command = command(server);
            for (var kill = 0; kill < 4; kill++) {
                var run = GoferProcess.start(folder, command);
                awaitPart(run, random.nextInt(400_000));
                run.process().destroyForcibly();
                run.exitCode();
                if (Files.exists(folder.resolve("out.zip"))) break;
            }
            if (!Files.exists(folder.resolve("out.zip"))) {
                var last = GoferProcess.start(folder, command);
                assertEquals(1, last.exitCode(), last.said());
            }
            assertWhole();
        }
    }

    private String[] command(DemoServer server) throws IOException {
        var list = folder.resolveSibling(folder.getFileName() + ".txt");
        Files.write(list, server.urls());
        return new String[] {"fetch", "-i", list.toString(), "-o", "out.zip", "--allow-private"};
    }

    /** Waits until the archive in the making has so many bytes, or the process has ended. */
    private void awaitPart(GoferProcess run, long bytes) throws IOException {
        var part = folder.resolve("out.zip.part");
        while (run.process().isAlive() && (!Files.exists(part) || size(part) < bytes)) Thread.onSpinWait();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0; // it has got its final name meanwhile
        }
    }

    private void assertWhole() throws IOException {
        var report = ArchiveVerifier.verify(folder.resolve("out.zip"));
        assertTrue(report.isWhole(), () -> report.problems().toString());
        assertEquals(299, report.entries());
        assertEquals(List.of("out.zip"), left());
    }
}
