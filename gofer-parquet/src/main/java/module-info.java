import org.jspecify.annotations.NullMarked;

/** Lists of URLs in Parquet tables, for gofer-fetch. */
@NullMarked
module dev.gofer.parquet {
    requires dev.gofer.fetch;
    requires dev.hardwood.core;
    requires static org.jspecify;

    provides dev.gofer.fetch.TableReader with
            dev.gofer.parquet.ParquetReader;
}
