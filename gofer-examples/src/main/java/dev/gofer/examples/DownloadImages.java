package dev.gofer.examples;

import dev.gofer.Go;
import dev.gofer.WaitGroup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Fetches the URLs in its arguments at once, then packs the pictures into images.zip. Tutorial, section 8. */
public final class DownloadImages {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    public static void main(String[] urls) {
        Go.main(() -> {
            var wg = new WaitGroup();
            for (String url : urls) {
                wg.go(() -> {
                    try {
                        download(url);
                    } catch (Exception e) {
                        throw Go.fatal(url + ": " + e);
                    }
                });
            }
            wg.await();
            zip("images.zip", "*.jpg");
        });
    }

    static void download(String url) throws IOException, InterruptedException {
        var response = HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofInputStream());
        try (var body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            Files.copy(body, Path.of(url.substring(url.lastIndexOf('/') + 1)), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static void zip(String archive, String pattern) throws IOException {
        int packed = 0;
        try (var out = new ZipOutputStream(Files.newOutputStream(Path.of(archive)));
                var files = Files.newDirectoryStream(Path.of(""), pattern)) {
            for (Path file : files) {
                out.putNextEntry(new ZipEntry(file.toString()));
                Files.copy(file, out);
                packed++;
            }
        }
        System.out.println(archive + ": " + packed + " files");
    }
}
