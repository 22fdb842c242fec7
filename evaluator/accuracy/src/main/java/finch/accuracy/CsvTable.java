package finch.accuracy;

import finch.space.format.Problems;
import finch.space.format.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A comma-separated table with a header line; fields may stand in double quotes (RFC 4180). */
record CsvTable(List<String> header, List<Row> rows) {
    /** @param line 1-based line where the row begins */
    record Row(int line, Map<String, String> values) {
        /** The value of a column; empty if it has none. */
        String get(String column) {
            return values.getOrDefault(column, "");
        }
    }

    static CsvTable read(Path file) throws IOException {
        return parse(file.toString(), TextFile.read(file));
    }

    /** @throws finch.space.format.InvalidFileException with every row that does not have as many fields as the header */
    static CsvTable parse(String name, String text) {
        Problems problems = new Problems(name);
        List<Row> rows = new ArrayList<>();
        List<String> header = null;
        int line = 1;
        int at = 0;
        while (at < text.length()) {
            int began = line;
            List<String> fields = new ArrayList<>();
            StringBuilder field = new StringBuilder();
            boolean quoted = false;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '\n') {
                    line++;
                }
                if (quoted && c == '"' && at < text.length() && text.charAt(at) == '"') {
                    field.append('"');
                    at++;
                } else if (c == '"' && (quoted || field.toString().isBlank())) {
                    quoted = !quoted;
                } else if (!quoted && c == ',') {
                    fields.add(field.toString().strip());
                    field.setLength(0);
                } else if (!quoted && c == '\n') {
                    break;
                } else {
                    field.append(c);
                }
            }
            fields.add(field.toString().strip());
            if (quoted) {
                problems.add(began, "", "a double quote is opened and never closed");
            } else if (fields.size() == 1 && (fields.getFirst().isEmpty() || fields.getFirst().startsWith("#"))) {
                continue;
            } else if (header == null) {
                fields.set(0, fields.getFirst().replace("\uFEFF", ""));
                header = fields.stream().map(f -> f.toLowerCase(java.util.Locale.ROOT)).toList();
            } else if (fields.size() != header.size()) {
                problems.add(began, "", "has " + fields.size() + " fields, the header has " + header.size() + ": " + header);
            } else {
                Map<String, String> values = new LinkedHashMap<>();
                for (int i = 0; i < fields.size(); i++) {
                    values.put(header.get(i), fields.get(i));
                }
                rows.add(new Row(began, values));
            }
        }
        if (header == null) {
            problems.add(1, "", "the table is empty; it needs a header line");
        }
        problems.throwIfAny();
        return new CsvTable(header, rows);
    }
}
