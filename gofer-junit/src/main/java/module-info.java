import org.jspecify.annotations.NullMarked;

/** Tests in a bubble of virtual time, with many schedules, without leaks: for JUnit. */
@NullMarked
module dev.gofer.junit {
    requires transitive dev.gofer;
    requires transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports dev.gofer.junit;

    opens dev.gofer.junit to
            org.junit.platform.commons;
}
