/**
 * Rows of the depthwise convolution of stride 2 over inputs whose pixels are a constant apart: panels of two or three vectors, copied groups, tensors of so many channels. One index
 * then runs along the three rows of a window, and C2 takes all checks of the reads out of the loop, as it does not where the distance of pixels is a variable:
 * 45 instructions an output, not the 60 of DepthwiseStrips, and nine weights and one sum leave registers over. Sums run down the columns, as there.
 */
final class DepthwisePanels extends KernelSource {
    private static final int TAPS = 3;
    private static final int STEP = 2;
    private static final String INPUT = "float[] w, int tapPitch, float[] bias, int c, float[] x, int r0, int r1, int r2";
    private static final String OUTPUT = "float[] y, int yAt, int channels, float low, float high";

    private final int vectors;

    DepthwisePanels(int vectors) {
        this.vectors = vectors;
    }

    @Override
    String text() {
        header("output rows of one vector of channels, of 3x3 windows of stride 2 over pixels of " + vectors + " vectors");
        line("final class DepthwisePanels%d {", vectors);
        line("private static final VectorSpecies<Float> F = VectorWidth.FLOATS;");
        line("private static final int PITCH = %d * VectorWidth.LANES;", vectors);
        line("private DepthwisePanels%d() {}", vectors);
        rows();
        for (Finish f : Finish.values()) {
            inner(f);
            edge(f);
        }
        return end();
    }

    private void rows() {
        line("static void rows(int finish, ConvGeometry g, float[] w, float[] bias, float[] x, int xAt, int ring, int zero, float[] y, int yAt, int from, int to, int c, float low, float high) {");
        line("int channels = g.outChannels();");
        line("int tapPitch = VectorDepthwise.tapPitch(g);");
        line("int width = g.inWidth();");
        line("int outWidth = g.outWidth();");
        line("int left = g.left();");
        line("for (int row = from; row < to; row++) {");
        line("int image = row / g.outHeight();");
        line("int imageAt = xAt + image * g.inPixels() * PITCH + c;");
        line("int first = (row - image * g.outHeight()) * %d - g.top();", STEP);
        for (int i = 0; i < TAPS; i++) {
            line("int r%d = imageAt + VectorDepthwise.row(first + %d, g.inHeight(), ring, width * PITCH);", i, i);
        }
        line("int at = yAt + row * outWidth * channels + c;");
        line("boolean inside = first >= 0 && first + %d < g.inHeight();", TAPS - 1);
        line("int begin = inside ? Math.min(outWidth, (left + %d) / %d) : outWidth;", STEP - 1, STEP);
        line("int end = inside ? Math.clamp(Math.floorDiv(width - %d + left, %d) + 1, begin, outWidth) : outWidth;", TAPS, STEP);
        line("edges(finish, 0, begin, left, width, w, tapPitch, bias, c, x, r0, r1, r2, zero, y, at, channels, low, high);");
        line("int skipped = (%d * begin - left) * PITCH;", STEP);
        // a call without columns could fail checks that C2 has moved before the loop, and have the method compiled without that
        line("if (begin < end) {");
        callByFinish("inner", "end - begin, w, tapPitch, bias, c, x, r0 + skipped, r1 + skipped, r2 + skipped, y, at + begin * channels, channels, low, high");
        line("}");
        line("edges(finish, end, outWidth, left, width, w, tapPitch, bias, c, x, r0, r1, r2, zero, y, at, channels, low, high);");
        line("}\n}");
        line("private static void edges(int finish, int from, int to, int left, int width, %s, int zero, %s) {", INPUT, OUTPUT);
        line("for (int column = from; column < to; column++) {");
        for (int k = 0; k < TAPS; k++) {
            line("int o%d = VectorDepthwise.offset(%d * column - left + %d, width, PITCH);", k, STEP, k);
        }
        callByFinish("edge", "o0, o1, o2, w, tapPitch, bias, c, x, r0, r1, r2, zero, y, yAt + column * channels, low, high");
        line("}\n}");
    }

    /** Outputs whose windows lie inside. */
    private void inner(Finish f) {
        line("private static void inner%s(int columns, %s, %s) {", f.suffix, INPUT, OUTPUT);
        constants(f);
        line("for (int t = 0; t < %d * PITCH * columns; t += %d * PITCH) {", STEP, STEP);
        output(f, "r%1$d + t + %2$d * PITCH");
        line("yAt += channels;");
        line("}\n}");
    }

    /** An output whose window meets the padding: see DepthwiseStrips. */
    private void edge(Finish f) {
        line("private static void edge%s(int o0, int o1, int o2, %s, int zero, float[] y, int yAt, float low, float high) {", f.suffix, INPUT);
        constants(f);
        output(f, "Math.max(r%1$d + o%2$d, zero)");
        line("}");
    }

    private void constants(Finish f) {
        for (int t = 0; t < TAPS * TAPS; t++) {
            line("FloatVector w%d = FloatVector.fromArray(F, w, CacheLines.HEADER_GAP + %d * tapPitch + c);", t, t);
        }
        line("FloatVector b = FloatVector.fromArray(F, bias, c);");
        line(f.constants("low", "high"));
    }

    /** @param place of a tap's input, by the tap's row and column */
    private void output(Finish f, String place) {
        line("FloatVector s = FloatVector.zero(F);");
        for (int kx = 0; kx < TAPS; kx++) {
            for (int ky = 0; ky < TAPS; ky++) {
                line("s = FloatVector.fromArray(F, x, %s).fma(w%d, s);", place.formatted(ky, kx), ky * TAPS + kx);
            }
        }
        line("s = b.add(s);");
        line(f.of("s"));
        line("s.intoArray(y, yAt);");
    }
}
