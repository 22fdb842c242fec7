import java.util.List;

/**
 * Register tiles of a stem: of a convolution of stride 2 over images of three channels. The windows of neighbouring pixels then start {@link #STEP} floats
 * apart, so that the rows of a tile are displacements from one index, and a tap is three terms that stand together. One loop runs through the taps of many
 * tiles, as in PlaneTiles: a loop for each tile has its end in an integer for which C2 takes a vector register, and in half of the JVMs it then spilled a sum.
 */
final class StemTiles {
    private static final List<Finish> FINISHES = List.of(Finish.PLAIN, Finish.RELU, Finish.CLAMP);
    private static final int CHANNELS = 3;
    /** Floats from the window of a pixel to the next one's. */
    private static final int STEP = 2 * CHANNELS;
    private static final String ARGUMENTS = "x, xAt, tiles, offsets, w, wAt, bias, biasAt, y, yAt, yRow, low, high";
    private static final String PARAMETERS = "float[] x, int xAt, int tiles, int[] offsets, float[] w, int wAt, float[] bias, int biasAt, "
            + "float[] y, int yAt, int yRow, int low, int high";

    private final KernelSource out;
    private final ProductTiles.Panel panel;
    private final int vectors;
    private final int rows;

    /** Of one vector to three: twelve sums or nine. */
    StemTiles(KernelSource out, ProductTiles.Panel panel) {
        this.out = out;
        this.panel = panel;
        this.vectors = panel.count();
        this.rows = vectors == 3 ? ProductTiles.NARROW_ROWS : 12 / vectors;
    }

    void write() {
        String columns = panel.masked() ? ", int columns" : "";
        out.line("static final int STEM_ROWS = %d;", rows);
        out.line("static final int STEM_STEP = %d;", STEP);
        out.line("static void stem(int finish, %s%s) {", PARAMETERS, columns);
        out.line("switch (finish) {");
        for (Finish f : FINISHES) {
            out.line("case Finish.%s -> stem%s(%s%s);", f, f.suffix, ARGUMENTS, panel.masked() ? ", columns" : "");
        }
        out.line("default -> throw new IllegalArgumentException(\"finish \" + finish);");
        out.line("}\n}");
        for (Finish f : FINISHES) {
            method(f, columns);
        }
    }

    private void method(Finish f, String columns) {
        out.line("private static void stem%s(%s%s) {", f.suffix, PARAMETERS, columns);
        if (panel.masked()) {
            out.line("VectorMask<Float> mask = F.indexInRange(0, columns - %d * LANES);", vectors - 1);
        }
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < vectors; v++) {
                out.line("FloatVector %s = FloatVector.zero(F);", sum(r, v));
            }
        }
        out.line("int depth = offsets.length;");
        out.line("int k = 0;");
        out.line("int end = tiles * depth;");
        out.line("for (int t = 0; t < end; t += %d) {", CHANNELS);
        out.line("int o = xAt + offsets[k];");
        for (int c = 0; c < CHANNELS; c++) {
            term(c);
        }
        out.line("k += %d;", CHANNELS);
        out.line("if (k == depth) {");
        out.line("k = 0;");
        end(f);
        out.line("}\n}\n}");
    }

    private void term(int c) {
        for (int v = 0; v < vectors; v++) {
            out.line("FloatVector w%d_%d = FloatVector.fromArray(F, w, wAt + k * WIDTH + %d * LANES);", c, v, c * vectors + v);
        }
        for (int r = 0; r < rows; r++) {
            out.line("FloatVector b%d_%d = FloatVector.broadcast(F, x[o + %d]);", c, r, r * STEP + c);
            for (int v = 0; v < vectors; v++) {
                out.line("%1$s = b%2$d_%3$d.fma(w%2$d_%4$d, %1$s);", sum(r, v), c, r, v);
            }
            if (c < CHANNELS - 1 || r < rows - 1) {
                out.line(ProductTiles.FENCE);
            }
        }
    }

    /** Biases and limits are made again for each row: held in registers, they would push out sums. */
    private void end(Finish f) {
        for (int r = 0; r < rows; r++) {
            out.line(ProductTiles.FENCE);
            String row = "_" + r;
            switch (f) {
                case RELU -> out.line("FloatVector least%s = FloatVector.zero(F);", row);
                case CLAMP -> out.line("FloatVector least%1$s = FloatVector.broadcast(F, Float.intBitsToFloat(low)), most%1$s = FloatVector.broadcast(F, Float.intBitsToFloat(high));", row);
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
        out.line("xAt += %d;", rows * STEP);
        out.line("yAt += %d * yRow;", rows);
    }

    private static String sum(int r, int v) {
        return "a%d_%d".formatted(r, v);
    }
}
