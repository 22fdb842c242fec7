import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Register tiles of a stem: of a convolution of stride 2 over images of three channels. The windows of neighbouring pixels then start {@link #STEP} floats
 * apart, so that the rows of a tile are displacements from one index, and a tap is three terms that stand together. One loop runs through the taps of many
 * tiles, as in PlaneTiles: a loop for each tile has its end in an integer for which C2 takes a vector register, and in half of the JVMs it then spilled a sum.
 */
final class StemTiles extends FlatTiles {
    private static final int CHANNELS = 3;
    /** Floats from the window of a pixel to the next one's. */
    private static final int STEP = 2 * CHANNELS;
    private static final String ARGUMENTS = "x, xAt, taps, w, wAt, depth, y, yAt, e, endAt";
    private static final String PARAMETERS = "float[] x, int xAt, int taps, float[] w, int wAt, int depth, float[] y, int yAt, float[] e, int endAt";

    /** Of one vector to three: twelve sums or nine. */
    StemTiles(KernelSource out, ProductTiles.Panel panel) {
        super(out, panel, panel.count() == 3 ? ProductTiles.NARROW_ROWS : 12 / panel.count(), "e");
    }

    void write() {
        out.line("static final int STEM_ROWS = %d;", rows);
        out.line("static final int STEM_STEP = %d;", STEP);
        Map<String, String> methods = new LinkedHashMap<>();
        FINISHES.forEach(f -> methods.put(f.name(), "stem" + f.suffix));
        choice("stem", PARAMETERS, ARGUMENTS, methods);
        for (Finish f : FINISHES) {
            method(f);
        }
    }

    private void method(Finish f) {
        head("stem" + f.suffix, PARAMETERS);
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                out.line("FloatVector %s = %s;", sum(r, v), ZERO);
            }
        }
        out.line("int k = wAt;");
        out.line("int rowEnd = wAt + %s;", count("TAPS"));
        out.line("for (int t = 0; t < taps; t++) {");
        for (int c = 0; c < CHANNELS; c++) {
            term(c);
        }
        out.line("xAt += %d;", CHANNELS);
        out.line("k += %d * WIDTH;", CHANNELS);
        out.line("if (k == rowEnd) {");
        out.line("xAt += %s;", count("TAPS_APART"));
        out.line("if (k == wAt + depth * WIDTH) {");
        out.line("k = wAt;");
        out.line("xAt += %d - %s;", rows * STEP, count("WINDOW"));
        results(f, false, true);
        out.line("yAt += %s;", count("STEP"));
        out.line("}");
        out.line("rowEnd = k + %s;", count("TAPS"));
        out.line("}\n}\n}");
    }

    private void term(int c) {
        for (int v = 0; v < vectors; v++) {
            out.line("FloatVector w%d_%d = FloatVector.fromArray(F, w, k + %d * LANES);", c, v, c * vectors + v);
        }
        for (int r = 0; r < rows; r++) {
            out.line("FloatVector b%d_%d = FloatVector.broadcast(F, x[xAt + %d]);", c, r, r * STEP + c);
            for (int v = 0; v < vectors; v++) {
                out.line("%1$s = b%2$d_%3$d.fma(w%2$d_%4$d, %1$s);", sum(r, v), c, r, v);
            }
            if (c < CHANNELS - 1 || r < rows - 1) {
                out.line(ProductTiles.FENCE);
            }
        }
    }
}
