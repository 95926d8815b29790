import org.jspecify.annotations.NullMarked;

/** Go's goroutines, channels and select for Java, on virtual threads. */
@NullMarked
module dev.gofer {
    requires jdk.management;
    requires static transitive java.instrument; // these two: for tests whose JVM lets an agent in
    requires static jdk.attach;
    requires static transitive org.jspecify;

    exports dev.gofer;
    exports dev.gofer.synctest;
}
