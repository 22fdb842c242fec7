import java.util.LinkedHashMap;
import java.util.Map;

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
    /** Of two vectors or three. Of one there is none: C2 folds the load of an input into its broadcast only where more than one product reads that. */
    PlaneTiles(KernelSource out, ProductTiles.Panel panel) {
        super(out, panel, panel.count() == 2 ? 6 : ProductTiles.NARROW_ROWS, "x");
    }

    void write() {
        out.line("static final int PLANES = %d;", rows);
        out.line("static final int STEP = %d;", UNROLLED);
        for (Kind kind : Kind.values()) {
            Map<String, String> methods = new LinkedHashMap<>();
            FINISHES.forEach(f -> methods.put(f.name(), kind.method + kind.of(f).suffix));
            if (kind != Kind.ON) {
                methods.put("ADD", kind.method + "Add");
                method(kind, kind.method + "Add", Finish.PLAIN, true);
            }
            choice(kind.method, PARAMETERS, ARGUMENTS, methods);
            for (Finish f : FINISHES.stream().map(kind::of).distinct().toList()) {
                method(kind, kind.method + f.suffix, f, false);
            }
        }
    }

    /** What tiles go over. */
    private enum Kind {
        /** Planes of usual sums. */
        SHORT("planes", "PLANE"),
        /** Planes of long sums. */
        LONG("planesLong", "LONG_PLANE"),
        /** Likewise, and sums go on from what y holds, as those of a strip of terms before left it, and do not start from zero. */
        ON("planesOn", "LONG_PLANE");

        final String method;
        final String pitch;

        Kind(String method, String pitch) {
            this.method = method;
            this.pitch = "PlaneMatmul." + pitch;
        }

        /** Methods are few, since each runs a hundred times too slow until it is compiled: where sums are long, RELU is a clamp to infinity. */
        Finish of(Finish f) {
            return this != SHORT && f == Finish.RELU ? Finish.CLAMP : f;
        }
    }

    /** @param added see {@link #results} */
    private void method(Kind kind, String name, Finish f, boolean added) {
        boolean on = kind == Kind.ON;
        head(name, PARAMETERS);
        if (on) {
            out.line("int yBegin = %s;", count("ROW"));
        }
        starts(on, "yBegin", "FloatVector ");
        out.line("int end = xAt + tiles * depth;");
        out.line("int wEnd = wAt + depth * WIDTH;");
        out.line("int k = wAt;");
        out.line("for (int t = xAt; t < end; t += %d) {", UNROLLED);
        for (int u = 0; u < UNROLLED; u++) {
            step(kind.pitch, u);
        }
        out.line("k += %d * WIDTH;", UNROLLED);
        out.line("if (k == wEnd) {");
        out.line("k = wAt;");
        end(f, added, on);
        out.line("}\n}\n}");
    }

    /**
     * The products of one term. Of two vectors each input meets all weights, one row after another; of three each weight meets all inputs: the other way round C2 spilled
     * a weight, to a place that may lie across two cache lines as the depth of the stack has it, and a chain with a product to 24 columns took 1.69 times as long where one caller had changed.
     */
    private void step(String pitch, int u) {
        boolean byVector = vectors == 3;
        int held = byVector ? rows : vectors;
        int passing = byVector ? vectors : rows;
        for (int h = 0; h < held; h++) {
            operand(byVector, pitch, u, h);
        }
        for (int p = 0; p < passing; p++) {
            operand(!byVector, pitch, u, p);
            for (int h = 0; h < held; h++) {
                int r = byVector ? h : p;
                int v = byVector ? p : h;
                out.line("%1$s = b%2$d_%3$d.fma(w%2$d_%4$d, %1$s);", sum(r, v), u, r, v);
            }
            if (u < UNROLLED - 1 || p < passing - 1) {
                out.line(ProductTiles.FENCE);
            }
        }
    }

    /** @param input whether it is a row's input, and not a vector of weights */
    private void operand(boolean input, String pitch, int u, int i) {
        if (input) {
            out.line("FloatVector b%d_%d = FloatVector.broadcast(F, x[t + (%d * %s + TileEnds.FLOATS + %d)]);", u, i, i, pitch, u);
        } else {
            out.line("FloatVector w%d_%d = FloatVector.fromArray(F, w, k + %d * LANES);", u, i, u * vectors + i);
        }
    }

    private void starts(boolean on, String row, String type) {
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                out.line("%s%s = %s;", type, sum(r, v), on ? ofResult("yAt", row, r, v) : ZERO);
            }
        }
    }

    private void end(Finish f, boolean added, boolean on) {
        out.line(ProductTiles.FENCE);
        results(f, added, !on);
        if (!on) {
            out.line("yAt += %s;", count("STEP"));
            return;
        }
        out.line("if (t + %d < end) {", UNROLLED);
        out.line("yAt += %s;", count("STEP"));
        starts(true, "yRow", "");
        out.line("}");
    }
}
