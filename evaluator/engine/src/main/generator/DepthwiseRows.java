/** Rows of the depthwise convolution, for windows of any height and of a number of {@code taps} in a row. */
final class DepthwiseRows extends KernelSource {
    private static final String ROWS = "ConvGeometry g, float[] w, float[] bias, float[] x, int xAt, int ring, int zero, float[] y, int yAt, int from, int to, int c, float low, float high";

    private final int taps;

    DepthwiseRows(int taps) {
        this.taps = taps;
    }

    @Override
    String text() {
        header("output rows of one vector of channels, four pixels at a time, for rows of " + taps + " taps");
        line("final class DepthwiseRows%d {", taps);
        line("private static final VectorSpecies<Float> F = VectorWidth.FLOATS;");
        line("private DepthwiseRows%d() {}", taps);
        for (int step = 1; step <= 2; step++) {
            line("static void step%d(int finish, %s) {", step, ROWS);
            callByFinish("rows" + step, "g, w, bias, x, xAt, ring, zero, y, yAt, from, to, c, low, high");
            line("}");
            for (Finish f : Finish.values()) {
                rows(step, f);
            }
        }
        return end();
    }

    /**
     * Tiles at the right end start earlier and compute some pixels again. Tiles all of whose taps lie inside have no code of
     * their own: without the maxima it was no faster, and a method twice as long passes the limits of C2's inlining.
     */
    private void rows(int step, Finish f) {
        int columns = columns(step);
        line("private static void rows%d%s(%s) {", step, f.suffix, ROWS);
        line("int channels = g.inChannels();");
        line("int tapPitch = VectorDepthwise.tapPitch(g);");
        line("int width = g.inWidth();");
        line("int outWidth = g.outWidth();");
        line("FloatVector b = FloatVector.fromArray(F, bias, c);");
        line(f.constants("low", "high"));
        line("for (int row = from; row < to; row++) {");
        line("int image = row / g.outHeight();");
        line("int imageAt = xAt + image * g.inPixels() * channels + c;");
        line("int first = (row - image * g.outHeight()) * g.strideHeight() - g.top();");
        line("int ky0 = VectorDepthwise.firstTap(first, g.dilationHeight());");
        line("int ky1 = VectorDepthwise.lastTap(first, g.dilationHeight(), g.kernelHeight(), g.inHeight());");
        line("for (int tile = 0; tile < outWidth; tile += 4) {");
        line("int outX = Math.min(tile, outWidth - 4);");
        line("int inX = outX * %d - g.left();", step);
        line("int at = yAt + (row * outWidth + outX) * channels + c;");
        for (int i = 0; i < columns; i++) {
            line("int o%d = VectorDepthwise.offset(inX + %d, width, channels);", i, i);
        }
        line("FloatVector a0 = FloatVector.zero(F), a1 = FloatVector.zero(F), a2 = FloatVector.zero(F), a3 = FloatVector.zero(F);");
        line("int tap = CacheLines.HEADER_GAP + ky0 * %d * tapPitch + c;", taps);
        line("for (int ky = ky0; ky < ky1; ky++) {");
        line("int r = imageAt + VectorDepthwise.row(first + ky * g.dilationHeight(), g.inHeight(), ring, width * channels);");
        for (int t = 0; t < taps; t++) {
            line("FloatVector w%d = FloatVector.fromArray(F, w, tap + %d * tapPitch);", t, t);
        }
        for (int i = 0; i < columns; i++) {
            line("FloatVector x%d = FloatVector.fromArray(F, x, Math.max(r + o%d, zero));", i, i);
            products(step, i, "x" + i);
        }
        line("tap += %d * tapPitch;", taps);
        line("}");
        for (int i = 0; i < 4; i++) {
            line("FloatVector s%d = b.add(a%d);", i, i);
            line(f.of("s" + i));
            line("s%d.intoArray(y, at + %d * channels);", i, i);
        }
        line("}\n}\n}");
    }

    /** Input columns that four outputs read. */
    private int columns(int step) {
        return 3 * step + taps;
    }

    /** What column {@code i} adds to the four sums. */
    private void products(int step, int i, String x) {
        for (int pixel = 0; pixel < 4; pixel++) {
            int tap = i - pixel * step;
            if (tap >= 0 && tap < taps) {
                line("a%d = %s.fma(w%d, a%d);", pixel, x, tap, pixel);
            }
        }
    }
}
