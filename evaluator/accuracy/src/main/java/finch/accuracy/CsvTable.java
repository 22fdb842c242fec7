package finch.accuracy;

import finch.space.format.Problems;
import finch.space.format.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A comma-separated table with a header line; fields may stand in double quotes (RFC 4180). A line that begins with {@code #} is a comment.
 *
 * @param line 1-based line of the header; comments may stand before it
 */
record CsvTable(int line, List<String> header, List<Row> rows) {
    /** @param line 1-based line where the row begins */
    record Row(int line, Map<String, String> values) {
        /** The value of a column; empty if it has none. */
        String get(String column) {
            return values.getOrDefault(column, "");
        }
    }

    static CsvTable read(Path file) throws IOException {
        return parse(file.toString(), PlainText.of(TextFile.read(file)));
    }

    /**
     * Reads a text whose lines end with {@code \n}.
     *
     * @throws finch.space.format.InvalidFileException with every column that is given twice, and every row that does not have as many fields as the header
     */
    static CsvTable parse(String name, String text) {
        Problems problems = new Problems(name);
        CsvTable table = parse(problems, text);
        problems.throwIfAny();
        return table;
    }

    /**
     * {@link #parse(String, String)} without the rows at fault.
     *
     * @param problems told of these
     * @throws finch.space.format.InvalidFileException if there is no header, or one that is at fault
     */
    static CsvTable parse(Problems problems, String text) {
        List<Row> rows = new ArrayList<>();
        List<String> header = null;
        int headerLine = 1;
        int line = 1;
        int at = 0;
        while (at < text.length()) {
            int began = line;
            int end = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
            if (text.substring(at, end).stripLeading().startsWith("#")) {
                at = end + 1;
                line++;
                continue;
            }
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
            } else if (fields.size() == 1 && fields.getFirst().isEmpty()) {
                continue;
            } else if (header == null) {
                header = fields.stream().map(f -> f.toLowerCase(Locale.ROOT)).toList();
                headerLine = began;
                int before = problems.count();
                refuseRepeated(header, began, problems);
                if (problems.count() > before) {
                    problems.throwIfAny();
                }
            } else if (fields.size() != header.size()) {
                problems.add(began, "", "has " + fields.size() + " fields, the header has " + header.size() + ": " + AccuracyTable.shortened(header.toString()));
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
            problems.throwIfAny();
        }
        return new CsvTable(headerLine, header, rows);
    }

    /** Of two columns of one name the last would be taken without a word. */
    private static void refuseRepeated(List<String> header, int line, Problems problems) {
        Set<String> seen = new HashSet<>();
        Set<String> told = new HashSet<>();
        for (String column : header) {
            // columns without a name are another mistake
            if (!column.isEmpty() && !seen.add(column) && told.add(column)) {
                problems.add(line, column, "is a column of the header twice; keep one. Capitals make no difference");
            }
        }
    }
}
