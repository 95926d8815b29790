import org.jspecify.annotations.NullMarked;

/** List to fetch to archive, as a library. */
@NullMarked
module dev.gofer.fetch {
    requires transitive dev.gofer;
    requires static transitive org.jspecify;
    requires de.siegmar.fastcsv;
    requires tools.jackson.core;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires org.apache.httpcomponents.core5.httpcore5.h2;

    uses dev.gofer.fetch.TableReader;

    exports dev.gofer.fetch;
    exports dev.gofer.fetch.archive;
    exports dev.gofer.fetch.http;
}
