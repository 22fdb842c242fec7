import java.util.List;

/**
 * Register tiles over an input that PlaneMatmul has copied to planes: plane r holds the rows r of all tiles one after another, so that one index
 * runs through all of them. What a tile costs beside its multiply-adds (a call, two checks in front of the loop for each array access, and the branch
 * out of it) is paid once for many tiles; the end of a tile is a branch within the loop.
 *
 * <p>Of two vectors, twelve sums, two weights and one input fill 15 of 16 registers; of three, nine sums, three weights and one input 13, and tiles of three rows
 * take half of the planes at a time. Ten sums leave two multipliers of four cycles too little to choose from: the same
 * loop in assembler takes 5.1 to 5.5 cycles a step of 5, and 6.0 to 6.1 a step of 6.
 */
final class PlaneTiles {
    private static final List<Finish> FINISHES = List.of(Finish.PLAIN, Finish.RELU, Finish.CLAMP);
    /** Products a step, of which depths must be multiples: with one, the instructions around the multiply-adds are too many. */
    private static final int UNROLLED = 4;
    private static final String ARGUMENTS = "x, xAt, tiles, w, wAt, depth, bias, y, yAt, endAt";
    private static final String PARAMETERS = "float[] x, int xAt, int tiles, float[] w, int wAt, int depth, float[] bias, float[] y, int yAt, int endAt";
    private static final String ZERO = "FloatVector.zero(F)";
    /** Where, from endAt, the copy has what only the end of a tile reads: as parameters they would live through the loop, which moves them between stack and registers. */
    private static final String LOW = "x[endAt]", HIGH = "x[endAt + 1]", BIAS_AT = ofEnd(2), Y_ROW = ofEnd(3), Y_STEP = ofEnd(4);

    private final KernelSource out;
    private final ProductTiles.Panel panel;
    private final int vectors;
    private final int rows;

    /** Of two vectors or three. Of one there is none: C2 folds the load of an input into its broadcast only where more than one product reads that. */
    PlaneTiles(KernelSource out, ProductTiles.Panel panel) {
        this.out = out;
        this.panel = panel;
        this.vectors = panel.count();
        this.rows = vectors == 2 ? 6 : ProductTiles.NARROW_ROWS;
    }

    void write() {
        String columns = panel.masked() ? ", int columns" : "";
        out.line("static final int PLANES = %d;", rows);
        out.line("static final int STEP = %d;", UNROLLED);
        for (boolean on : new boolean[] {false, true}) {
            out.line("static void planes%s(int finish, %s%s) {", name(on), PARAMETERS, columns);
            out.line("switch (finish) {");
            for (Finish f : FINISHES) {
                out.line("case Finish.%s -> planes%s%s(%s%s);", f, name(on), of(f, on).suffix, ARGUMENTS, panel.masked() ? ", columns" : "");
            }
            out.line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
            out.line("}\n}");
            for (Finish f : FINISHES.stream().map(f -> of(f, on)).distinct().toList()) {
                method(f, on, columns);
            }
        }
    }

    private static String name(boolean on) {
        return on ? "On" : "";
    }

    /** Methods are few, since each runs a hundred times too slow until it is compiled: where sums go on, RELU is a clamp to infinity. */
    private static Finish of(Finish f, boolean on) {
        return on && f == Finish.RELU ? Finish.CLAMP : f;
    }

    /** @param on whether sums go on from what y holds, as those of a strip of terms before left it, and do not start from zero */
    private void method(Finish f, boolean on, String columns) {
        out.line("private static void planes%s%s(%s%s) {", name(on), f.suffix, PARAMETERS, columns);
        if (panel.masked()) {
            out.line("VectorMask<Float> mask = F.indexInRange(0, columns - %d * LANES);", vectors - 1);
        }
        if (on) {
            out.line("int yBegin = %s;", Y_ROW);
        }
        starts(on, "yBegin", "FloatVector ");
        out.line("int end = xAt + tiles * depth;");
        out.line("int wEnd = wAt + depth * WIDTH;");
        out.line("int k = wAt;");
        out.line("for (int t = xAt; t < end; t += %d) {", UNROLLED);
        for (int u = 0; u < UNROLLED; u++) {
            step(u);
        }
        out.line("k += %d * WIDTH;", UNROLLED);
        out.line("if (k == wEnd) {");
        out.line("k = wAt;");
        end(f, on);
        out.line("}\n}\n}");
    }

    private void step(int u) {
        for (int v = 0; v < vectors; v++) {
            out.line("FloatVector w%d_%d = FloatVector.fromArray(F, w, k + %d * LANES);", u, v, u * vectors + v);
        }
        for (int r = 0; r < rows; r++) {
            out.line("FloatVector b%d_%d = FloatVector.broadcast(F, x[t + (%d * PlaneMatmul.PLANE + PlaneMatmul.LEAD + %d)]);", u, r, r, u);
            for (int v = 0; v < vectors; v++) {
                out.line("%1$s = b%2$d_%3$d.fma(w%2$d_%4$d, %1$s);", sum(r, v), u, r, v);
            }
            if (u < UNROLLED - 1 || r < rows - 1) {
                out.line(ProductTiles.FENCE);
            }
        }
    }

    private void starts(boolean on, String yRow, String type) {
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                String start = on ? "FloatVector.fromArray(F, y, yAt + %d * %s + %d * LANES%s)".formatted(r, yRow, v, panel.stored(v)) : ZERO;
                out.line("%s%s = %s;", type, sum(r, v), start);
            }
        }
    }

    /** Biases and limits are read again for each row: held in registers, they would push out sums. */
    private void end(Finish f, boolean on) {
        out.line(ProductTiles.FENCE);
        out.line("int biasAt = %s;", BIAS_AT);
        out.line("int yRow = %s;", Y_ROW);
        for (int r = 0; r < rows; r++) {
            out.line(ProductTiles.FENCE);
            String row = "_" + r;
            switch (f) {
                case RELU -> out.line("FloatVector least%s = FloatVector.zero(F);", row);
                case CLAMP -> out.line("FloatVector least%1$s = FloatVector.broadcast(F, %2$s), most%1$s = FloatVector.broadcast(F, %3$s);", row, LOW, HIGH);
                default -> { }
            }
            for (int v = 0; v < vectors; v++) {
                String s = "s%d_%d".formatted(r, v);
                out.line("FloatVector %s = FloatVector.fromArray(F, bias, biasAt + %d * LANES).add(%s);", s, v, sum(r, v));
                out.line(f.of(s, row));
                out.line("%s.intoArray(y, yAt + %d * yRow + %d * LANES%s);", s, r, v, panel.stored(v));
                if (!on) {
                    out.line("%s = %s;", sum(r, v), ZERO);
                }
            }
        }
        if (!on) {
            out.line("yAt += %s;", Y_STEP);
            return;
        }
        out.line("if (t + %d < end) {", UNROLLED);
        out.line("yAt += %s;", Y_STEP);
        starts(true, "yRow", "");
        out.line("}");
    }

    private static String ofEnd(int place) {
        return "Float.floatToRawIntBits(x[endAt + " + place + "])";
    }

    private static String sum(int r, int v) {
        return "a%d_%d".formatted(r, v);
    }
}
