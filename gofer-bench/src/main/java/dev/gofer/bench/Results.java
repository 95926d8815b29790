package dev.gofer.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * All that was measured in one run, as it is on disk; table and picture are made of it.
 *
 * @param facts about machine, versions and effort
 * @param sides the columns
 * @param cells the lines
 */
record Results(Map<String, String> facts, List<String> sides, List<Cell> cells) {
    private static final JsonFactory JSON = new JsonFactory();

    void write(Path file) throws IOException {
        try (var writer = Files.newBufferedWriter(file);
                var out = JSON.createGenerator(ObjectWriteContext.empty(), writer)) {
            out.writeStartObject();
            out.writeRaw('\n');
            for (var fact : facts.entrySet()) {
                out.writeStringProperty(fact.getKey(), fact.getValue());
                out.writeRaw('\n');
            }
            out.writeArrayPropertyStart("sides");
            sides.forEach(out::writeString);
            out.writeEndArray();
            out.writeArrayPropertyStart("rows");
            for (var cell : cells) {
                out.writeRaw('\n');
                write(cell, out);
            }
            out.writeRaw('\n');
            out.writeEndArray();
            out.writeEndObject();
            out.writeRaw('\n');
        }
    }

    private static void write(Cell cell, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("name", cell.row().name());
        out.writeStringProperty("package", cell.row().goPackage());
        out.writeNumberProperty("processors", cell.procs());
        out.writeStringProperty("unit", cell.row().unit());
        cell.figures().forEach((side, figures) -> {
            out.writeObjectPropertyStart(side);
            if (!figures.failure().isEmpty()) {
                out.writeStringProperty("failure", figures.failure());
            }
            if (!figures.samples().isEmpty()) {
                out.writeNumberProperty("median", figures.median());
            }
            out.writeArrayPropertyStart("samples");
            figures.samples().forEach(out::writeNumber);
            out.writeEndArray();
            out.writeEndObject();
        });
        out.writeEndObject();
    }

    static Results read(Path file) throws IOException {
        try (var in = JSON.createParser(ObjectReadContext.empty(), file)) {
            in.nextToken();
            return of(object(value(in)));
        }
    }

    private static Results of(Map<String, Object> all) {
        var rows = Row.all().stream().collect(Collectors.toMap(Row::name, Function.identity()));
        var facts = new LinkedHashMap<String, String>();
        all.forEach((key, value) -> {
            if (value instanceof String text) {
                facts.put(key, text);
            }
        });
        var cells = new ArrayList<Cell>();
        for (var each : list(all.get("rows"))) {
            var cell = object(each);
            var figures = new LinkedHashMap<String, Cell.Figures>();
            cell.forEach((key, value) -> {
                if (value instanceof Map) {
                    figures.put(key, figures(object(value)));
                }
            });
            var name = (String) cell.get("name");
            var row = rows.getOrDefault(
                    name, new Row(name, (String) cell.get("package"), 0, 0, (String) cell.get("unit")));
            cells.add(new Cell(row, ((Double) cell.get("processors")).intValue(), figures));
        }
        return new Results(
                facts, list(all.get("sides")).stream().map(String.class::cast).toList(), cells);
    }

    private static Cell.Figures figures(Map<String, Object> side) {
        return new Cell.Figures(
                list(side.get("samples")).stream().map(Double.class::cast).toList(),
                (String) side.getOrDefault("failure", ""));
    }

    @SuppressWarnings("unchecked") // value makes no other maps
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    private static List<?> list(Object value) {
        return (List<?>) value;
    }

    /** What begins at the current token: a map, a list, a string or a double. */
    private static Object value(JsonParser in) {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    var key = in.currentName();
                    in.nextToken();
                    map.put(key, value(in));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(in));
                }
                yield list;
            }
            case VALUE_STRING -> in.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDoubleValue();
            default ->
                throw new IllegalArgumentException("neither object, array, string nor number: " + in.currentToken());
        };
    }
}
