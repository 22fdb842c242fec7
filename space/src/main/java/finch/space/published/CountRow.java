package finch.space.published;

import finch.space.network.Network;
import java.math.BigDecimal;
import java.util.List;

/**
 * A row of {@code counts.txt}.
 *
 * @param explained empty; {@code cut} where the source cuts digits off; else the value that the note's reason predicts
 */
record CountRow(String name, Quantity quantity, String published, String source, String explained, String note) {
    private static final String CUT = "cut";

    CountRow {
        if (!explained.isEmpty() && !explained.equals(CUT) && note.isEmpty()) {
            throw new IllegalArgumentException(name + " " + published + ": a difference needs a note");
        }
    }

    static List<CountRow> all() {
        return Resource.rows("counts.txt", 6).stream()
                .map(c -> new CountRow(c.get(0), Quantity.of(c.get(1)), c.get(2), c.get(3), c.get(4), c.get(5))).toList();
    }

    Figure compare(Network network) {
        BigDecimal value = quantity.count(network);
        Printed printed = Printed.parse(published);
        Figure.Status status;
        if (printed.isRounded(value)) {
            status = printed.isExact() ? Figure.Status.EXACT : Figure.Status.ROUNDED;
        } else if (explained.equals(CUT)) {
            status = printed.isCut(value) ? Figure.Status.CUT : Figure.Status.DIFFERS;
        } else {
            boolean predicted = !explained.isEmpty() && Printed.parse(explained).isRounded(value);
            status = predicted ? Figure.Status.EXPLAINED : Figure.Status.DIFFERS;
        }
        String why = switch (status) {
            case CUT -> "the source cuts digits off";
            case EXPLAINED -> note;
            default -> "";
        };
        return new Figure(name, quantity.title(), source, published, printed.ours(value), printed.isExact(), status, why);
    }
}
