package dev.gofer.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code gofer fetch} that tell what to say to servers, and how to reach them. {@link RequestFlags} says what they mean. */
final class RequestOptions {
    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header for each request. May be given several times.")
    List<String> headers = List.of();

    @Option(
            names = "--user-agent",
            paramLabel = "TEXT",
            description = "Who to say that is asking. Default: gofer and its version")
    @Nullable
    String userAgent;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "Certificates (PEM) to trust in place of the system's.")
    @Nullable
    Path cacert;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER:PASSWORD",
            description =
                    "Log in with this (HTTP Basic) at every server that the list names. @FILE reads it from a file.")
    @Nullable
    String user;

    @Option(
            names = "--bearer",
            paramLabel = "TOKEN",
            description = "Show this token at every server that the list names. @FILE reads it from a file.")
    @Nullable
    String bearer;

    @Option(
            names = "--netrc",
            description = "Log in with what ~/.netrc has for each server; the file must be its owner's alone.")
    boolean netrc;

    @Option(names = "--netrc-file", paramLabel = "FILE", description = "The same with another file.")
    @Nullable
    Path netrcFile;

    @Option(
            names = {"-x", "--proxy"},
            paramLabel = "[SCHEME://][USER:PASSWORD@]HOST[:PORT]",
            description =
                    "Go through this proxy: http, https, socks5, or socks5h, which looks names up itself. '' goes through none. "
                            + "Default: by http_proxy, https_proxy, all_proxy and no_proxy of the environment, which are not used for "
                            + "localhost and 127.0.0.1")
    @Nullable
    String proxy;

    @Option(
            names = "--noproxy",
            paramLabel = "HOST,...",
            description = "But call these directly: names with all below them, addresses, networks (10.0.0.0/8), or *.")
    String noproxy = "";

    @Option(
            names = "--proto",
            paramLabel = "https,http",
            hideParamSyntax = true,
            split = ",",
            description = "Call URLs of these schemes only, also behind a redirect. Default: both")
    List<String> proto = List.of();

    @Option(
            names = "--http1.1",
            description = "Speak HTTP/1.1 also with servers that offer HTTP/2. Default: what they offer")
    boolean http11;

    @Option(
            names = "--compressed",
            description =
                    "Let servers pack files (gzip) on the way; they are stored unpacked. Default: files are stored as they come")
    boolean compressed;

    @Option(
            names = "--allow-private",
            description = "Let a list name addresses that are not public, such as this machine or the local network.")
    boolean allowPrivate;
}
