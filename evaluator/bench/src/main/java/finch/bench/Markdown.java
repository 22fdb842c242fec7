package finch.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table that can be pasted into a document. Columns are padded, so that it can be read as it is too. */
final class Markdown {
    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    Markdown(String... titles) {
        columns = titles.length;
        rows.add(List.of(titles));
    }

    /** One cell a column; what is no text is printed as it prints itself. */
    Markdown row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + columns + " columns");
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell.toString());
        }
        rows.add(row);
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Math.max(3, row.get(i).length()));
            }
        }
        for (int r = 0; r < rows.size(); r++) {
            line(text, rows.get(r), widths, " ");
            if (r == 0) {
                line(text, Collections.nCopies(columns, ""), widths, "-");
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths, String filler) {
        for (int i = 0; i < widths.length; i++) {
            text.append("| ").append(cells.get(i)).append(filler.repeat(widths[i] - cells.get(i).length())).append(' ');
        }
        text.append("|\n");
    }
}
