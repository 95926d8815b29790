import org.jspecify.annotations.NullMarked;

/** Go's goroutines, channels and select for Java, on virtual threads. */
@NullMarked
module dev.gofer {
    requires jdk.management;
    requires static transitive org.jspecify;

    exports dev.gofer;
    exports dev.gofer.synctest;
}
