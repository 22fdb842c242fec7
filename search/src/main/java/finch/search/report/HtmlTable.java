package finch.search.report;

import java.util.ArrayList;
import java.util.List;

/** A table of escaped cells; columns of numbers are aligned to the right. */
final class HtmlTable {
    private final String caption;
    private final String[] columns;
    private final List<String> rows = new ArrayList<>();

    /** @param columns headings; a leading {@code >} aligns a column to the right */
    HtmlTable(String caption, String... columns) {
        this.caption = caption;
        this.columns = columns;
    }

    /** @param mark class of the row, may be empty */
    HtmlTable row(String mark, Object... cells) {
        if (cells.length != columns.length) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.length + " columns");
        }
        StringBuilder row = new StringBuilder(mark.isEmpty() ? "<tr>" : "<tr class=\"" + mark + "\">");
        for (int i = 0; i < cells.length; i++) {
            String tag = i == 0 ? "th scope=\"row\"" : "td";
            row.append('<').append(tag).append(right(i) ? " class=\"n\">" : ">").append(Html.escape(String.valueOf(cells[i])))
                    .append(i == 0 ? "</th>" : "</td>");
        }
        rows.add(row.append("</tr>\n").toString());
        return this;
    }

    private boolean right(int column) {
        return columns[column].startsWith(">");
    }

    @Override
    public String toString() {
        StringBuilder html = new StringBuilder("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"").append(Html.escape(caption))
                .append("\"><table class=\"sortable\"><caption>").append(Html.escape(caption)).append("</caption>\n<thead><tr>");
        for (int i = 0; i < columns.length; i++) {
            html.append(right(i) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
                    .append(Html.escape(right(i) ? columns[i].substring(1) : columns[i])).append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        rows.forEach(html::append);
        return html.append("</tbody></table></div>\n").toString();
    }
}
