import java.util.List;
import java.util.Map;

/** What tiles have in common through which one loop runs: sums by row and vector, and an end of a tile that is a branch in the loop. */
abstract class FlatTiles {
    static final List<Finish> FINISHES = List.of(Finish.PLAIN, Finish.RELU, Finish.CLAMP);
    static final String ZERO = "FloatVector.zero(F)";

    final KernelSource out;
    final ProductTiles.Panel panel;
    final int vectors;
    final int rows;
    /** The array that has what ends of tiles read, from {@code endAt}: see TileEnds. */
    private final String ends;

    FlatTiles(KernelSource out, ProductTiles.Panel panel, int rows, String ends) {
        this.out = out;
        this.panel = panel;
        this.vectors = panel.count();
        this.rows = rows;
        this.ends = ends;
    }

    /** The method that takes a finish. @param methods by the finish's name */
    void choice(String name, String parameters, String arguments, Map<String, String> methods) {
        out.line("static void %s(int finish, %s%s) {", name, parameters, columns("int "));
        out.line("switch (finish) {");
        methods.forEach((finish, method) -> out.line("case Finish.%s -> %s(%s%s);", finish, method, arguments, columns("")));
        out.line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
        out.line("}\n}");
    }

    /** The head of a method. */
    void head(String name, String parameters) {
        out.line("private static void %s(%s%s) {", name, parameters, columns("int "));
        if (panel.masked()) {
            out.line("VectorMask<Float> mask = F.indexInRange(0, columns - %d * LANES);", vectors - 1);
        }
    }

    private String columns(String type) {
        return panel.masked() ? ", " + type + "columns" : "";
    }

    /** The float of TileEnds at a place. */
    String end(String place) {
        return ends + "[endAt + TileEnds." + place + "]";
    }

    /** The integer of TileEnds at a place. */
    String count(String place) {
        return "Float.floatToRawIntBits(" + end(place) + ")";
    }

    /**
     * Results of a tile. Biases and limits are read again for each row: held in registers, they would push out sums.
     *
     * @param added   whether something is added: see Finish.ADD
     * @param cleared whether sums start from zero again
     */
    void results(Finish f, boolean added, boolean cleared) {
        out.line("int yRow = %s;", count("ROW"));
        if (added) {
            out.line("int addedAt = yAt + %s - TileEnds.FORWARD;", count("ADDED"));
        }
        for (int r = 0; r < rows; r++) {
            out.line(ProductTiles.FENCE);
            String row = "_" + r;
            switch (f) {
                case RELU -> out.line("FloatVector least%s = %s;", row, ZERO);
                case CLAMP -> out.line("FloatVector least%1$s = FloatVector.broadcast(F, %2$s), most%1$s = FloatVector.broadcast(F, %3$s);", row, end("LOW"), end("HIGH"));
                default -> { }
            }
            for (int v = 0; v < vectors; v++) {
                String s = "s%d_%d".formatted(r, v);
                out.line("FloatVector %s = FloatVector.fromArray(F, %s, endAt + TileEnds.BIASES + %d * LANES).add(%s);", s, ends, v, sum(r, v));
                out.line(f.of(s, row));
                if (added) {
                    out.line("%1$s = %1$s.add(%2$s);", s, ofResult("addedAt", "yRow", r, v));
                }
                out.line("%s.intoArray(y, yAt + %d * yRow + %d * LANES%s);", s, r, v, panel.stored(v));
                if (cleared) {
                    out.line("%s = %s;", sum(r, v), ZERO);
                }
            }
        }
    }

    /** What y has in a result's place, counted from {@code at}, where {@code row} has the floats from row to row. */
    String ofResult(String at, String row, int r, int v) {
        return "FloatVector.fromArray(F, y, %s + %d * %s + %d * LANES%s)".formatted(at, r, row, v, panel.stored(v));
    }

    static String sum(int r, int v) {
        return "a%d_%d".formatted(r, v);
    }
}
