import org.jspecify.annotations.NullMarked;

/** Tests in a bubble of virtual time, with many schedules, without leaks: for JUnit. */
@NullMarked
module dev.gofer.junit {
    requires transitive dev.gofer;
    requires transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports dev.gofer.junit;

    provides org.junit.jupiter.api.extension.Extension with
            dev.gofer.junit.NoLeaksExtension;

    opens dev.gofer.junit to
            org.junit.platform.commons;
}
