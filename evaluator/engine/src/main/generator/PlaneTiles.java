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
final class PlaneTiles extends FlatTiles {
    /** Products a step, of which depths must be multiples: with one, the instructions around the multiply-adds are too many. */
    private static final int UNROLLED = 4;
    private static final String ARGUMENTS = "x, xAt, tiles, w, wAt, depth, y, yAt, endAt";
    private static final String PARAMETERS = "float[] x, int xAt, int tiles, float[] w, int wAt, int depth, float[] y, int yAt, int endAt";
    /** Where, from endAt, the copy has what only the end of a tile reads: as parameters they would live through the loop, which moves them between stack and registers. */
    private static final String LOW = "x[endAt]", HIGH = "x[endAt + 1]", Y_ROW = ofEnd(2), Y_STEP = ofEnd(3);

    /** Of two vectors or three. Of one there is none: C2 folds the load of an input into its broadcast only where more than one product reads that. */
    PlaneTiles(KernelSource out, ProductTiles.Panel panel) {
        super(out, panel, panel.count() == 2 ? 6 : ProductTiles.NARROW_ROWS);
    }

    void write() {
        out.line("static final int PLANES = %d;", rows);
        out.line("static final int STEP = %d;", UNROLLED);
        for (boolean on : new boolean[] {false, true}) {
            String name = on ? "planesOn" : "planes";
            List<Finish> finishes = FINISHES.stream().map(f -> of(f, on)).toList();
            choice(name, PARAMETERS, ARGUMENTS, finishes.stream().map(f -> name + f.suffix).toList());
            for (Finish f : finishes.stream().distinct().toList()) {
                method(f, on, name);
            }
        }
    }

    /** Methods are few, since each runs a hundred times too slow until it is compiled: where sums go on, RELU is a clamp to infinity. */
    private static Finish of(Finish f, boolean on) {
        return on && f == Finish.RELU ? Finish.CLAMP : f;
    }

    /** @param on whether sums go on from what y holds, as those of a strip of terms before left it, and do not start from zero */
    private void method(Finish f, boolean on, String name) {
        head(name + f.suffix, PARAMETERS);
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

    private void end(Finish f, boolean on) {
        out.line(ProductTiles.FENCE);
        out.line("int yRow = %s;", Y_ROW);
        results(f, LOW, HIGH, "x", "endAt + PlaneMatmul.BIASES", !on);
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
}
