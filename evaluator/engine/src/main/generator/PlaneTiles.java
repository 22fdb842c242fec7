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
    private static final String ARGUMENTS = "x, xAt, tiles, w, wAt, depth, bias, biasAt, y, yAt, yRow, yStep, limitsAt";
    private static final String PARAMETERS = "float[] x, int xAt, int tiles, float[] w, int wAt, int depth, float[] bias, int biasAt, "
            + "float[] y, int yAt, int yRow, int yStep, int limitsAt";

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
        out.line("static void planes(int finish, %s%s) {", PARAMETERS, columns);
        out.line("switch (finish) {");
        for (Finish f : FINISHES) {
            out.line("case Finish.%s -> planes%s(%s%s);", f, f.suffix, ARGUMENTS, panel.masked() ? ", columns" : "");
        }
        out.line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
        out.line("}\n}");
        for (Finish f : FINISHES) {
            method(f, columns);
        }
    }

    private void method(Finish f, String columns) {
        out.line("private static void planes%s(%s%s) {", f.suffix, PARAMETERS, columns);
        if (panel.masked()) {
            out.line("VectorMask<Float> mask = F.indexInRange(0, columns - %d * LANES);", vectors - 1);
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                out.line("FloatVector %s = FloatVector.zero(F);", sum(r, v));
            }
        }
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
        end(f);
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

    /** Biases and limits are read again for each row: held in registers, they would push out sums. */
    private void end(Finish f) {
        for (int r = 0; r < rows; r++) {
            out.line(ProductTiles.FENCE);
            String row = "_" + r;
            switch (f) {
                case RELU -> out.line("FloatVector least%s = FloatVector.zero(F);", row);
                case CLAMP -> out.line("FloatVector least%1$s = FloatVector.broadcast(F, x[limitsAt]), most%1$s = FloatVector.broadcast(F, x[limitsAt + 1]);", row);
                default -> { }
            }
            for (int v = 0; v < vectors; v++) {
                String s = "s%d_%d".formatted(r, v);
                out.line("FloatVector %s = FloatVector.fromArray(F, bias, biasAt + %d * LANES).add(%s);", s, v, sum(r, v));
                out.line(f.of(s, row));
                out.line("%s.intoArray(y, yAt + %d * yRow + %d * LANES%s);", s, r, v, panel.stored(v));
                out.line("%s = FloatVector.zero(F);", sum(r, v));
            }
        }
        out.line("yAt += yStep;");
    }

    private static String sum(int r, int v) {
        return "a%d_%d".formatted(r, v);
    }
}
