package dev.gofer.cli;

import dev.gofer.fetch.FetchOptions;
import dev.gofer.fetch.ListFormat;
import dev.gofer.fetch.archive.Compression;
import dev.gofer.fetch.archive.NameTemplate;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What the options of {@code gofer fetch} take as values, and how these are read. */
final class FlagValues {
    private FlagValues() {}

    /** {@link dev.gofer.fetch.Wanted#robots}, as it is written. */
    enum RobotRules {
        headers,
        off
    }

    /** When what came is safe: from a kill, and if {@code durable} from a power cut. */
    record Fsync(Duration every, boolean durable) {
        /** Written out: it is asked for in every run, and what a record has by itself is made at run time. */
        @Override
        public String toString() {
            return "Fsync[every=" + every + ", durable=" + durable + "]";
        }
    }

    /** {@link FetchOptions.Resume}, as it is written. */
    enum Leftover {
        auto(FetchOptions.Resume.AUTO),
        never(FetchOptions.Resume.NEVER),
        force(FetchOptions.Resume.FORCE);

        final FetchOptions.Resume resume;

        Leftover(FetchOptions.Resume resume) {
            this.resume = resume;
        }
    }

    /** {@link ListFormat.Kind}, as it is written. */
    enum ListKind {
        txt(ListFormat.Kind.TEXT),
        csv(ListFormat.Kind.CSV),
        tsv(ListFormat.Kind.TSV),
        jsonl(ListFormat.Kind.JSONL),
        json(ListFormat.Kind.JSON),
        parquet(ListFormat.Kind.PARQUET);

        final ListFormat.Kind kind;

        ListKind(ListFormat.Kind kind) {
            this.kind = kind;
        }
    }

    /** {@link dev.gofer.fetch.archive.ArchiveFormat} of a file, as it is written. */
    enum Format {
        zip,
        tar
    }

    /** {@link Progress.Style}, or whichever suits. */
    enum Shape {
        auto,
        bar,
        plain,
        json,
        none
    }

    /** Reads {@link NameTemplate#parse}. */
    static final class Names implements ITypeConverter<NameTemplate> {
        @Override
        public NameTemplate convert(String text) {
            try {
                return NameTemplate.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads {@link Compression#parse}. */
    static final class Compressions implements ITypeConverter<Compression> {
        @Override
        public Compression convert(String text) {
            try {
                return Compression.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads an {@link Fsync}. */
    static final class Fsyncs implements ITypeConverter<Fsync> {
        @Override
        public Fsync convert(String text) {
            if (text.equalsIgnoreCase("never")) return new Fsync(Duration.ofSeconds(2), false);
            return new Fsync(new Times().convert(text), true);
        }
    }

    /** Reads {@link AllowedFailures#parse}. */
    static final class Failures implements ITypeConverter<AllowedFailures> {
        @Override
        public AllowedFailures convert(String text) {
            try {
                return AllowedFailures.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads a number of requests a second, {@code 5}, {@code 0.5/s}, or a minute, {@code 30/m}. */
    static final class Rates implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            var slash = text.indexOf('/');
            double seconds = switch (slash < 0 ? "s" : text.substring(slash + 1)) {
                case "s" -> 1;
                case "m" -> 60;
                case "h" -> 3600;
                default -> 0;
            };
            try {
                var rate = Double.parseDouble(slash < 0 ? text : text.substring(0, slash)) / seconds;
                if (rate > 0 && rate <= 1e6) return rate;
            } catch (NumberFormatException e) {
                // told below
            }
            throw new TypeConversionException("'" + text + "' is no rate: write 5 for five a second, 0.5, or 30/m");
        }
    }

    /** Reads {@link Units#duration}. */
    static final class Times implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Units.duration(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads {@link Units#bytes}. */
    static final class Sizes implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return Units.bytes(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
