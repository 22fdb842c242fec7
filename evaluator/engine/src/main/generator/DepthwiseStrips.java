/** Strips of the depthwise convolution that walk along the columns, for square windows of {@code taps} by {@code taps}. */
final class DepthwiseStrips extends KernelSource {
    private static final String STRIPS = "ConvGeometry g, float[] w, float[] bias, float[] x, int xAt, int pitch, int ring, int zero, float[] y, int yAt, int from, int to, int c, float low, float high";

    private final int taps;

    DepthwiseStrips(int taps) {
        this.taps = taps;
    }

    @Override
    String text() {
        header("output rows of one vector of channels, in strips that walk along the columns, for square windows of " + taps + " taps");
        line("final class DepthwiseStrips%d {", taps);
        line("private static final VectorSpecies<Float> F = VectorWidth.FLOATS;");
        line("private DepthwiseStrips%d() {}", taps);
        for (int step = 1; step <= 2; step++) {
            line("static void step%d(int finish, %s) {", step, STRIPS);
            callByFinish("strips" + step, "g, w, bias, x, xAt, pitch, ring, zero, y, yAt, from, to, c, low, high");
            line("}");
            for (Finish f : Finish.values()) {
                strips(step, f);
            }
        }
        return end();
    }

    /** Output rows of a strip: as many as leave room for the sums, and whose code C2 still inlines. */
    private int stripRows(int step) {
        return taps == 3 || taps == 5 && step == 1 ? 2 : 1;
    }

    private void strips(int step, Finish f) {
        int rows = stripRows(step);
        int inRows = taps + (rows - 1) * step;
        int sums = step == 1 ? taps : (taps + 1) / 2;
        line("private static void strips%d%s(%s) {", step, f.suffix, STRIPS);
        line("int channels = g.inChannels();");
        line("int tapPitch = VectorDepthwise.tapPitch(g);");
        line("int width = g.inWidth();");
        line("int outWidth = g.outWidth();");
        line("int left = g.left();");
        line("FloatVector b = FloatVector.fromArray(F, bias, c);");
        line(f.constants("low", "high"));
        if (taps == 3) {
            for (int t = 0; t < taps * taps; t++) {
                line("FloatVector w%d = FloatVector.fromArray(F, w, CacheLines.HEADER_GAP + %d * tapPitch + c);", t, t);
            }
        }
        line("for (int row = from; row < to; row += %d) {", rows);
        line("int image = row / g.outHeight();");
        line("int inImage = row - image * g.outHeight();");
        line("int imageAt = xAt + image * g.inPixels() * pitch + c;");
        line("int first = inImage * %d - g.top();", step);
        for (int i = 0; i < inRows; i++) {
            line("int r%d = imageAt + VectorDepthwise.row(first + %d, g.inHeight(), ring, width * pitch);", i, i);
        }
        if (step == 1) {
            for (int i = 0; i < inRows; i++) {
                line("int step%d = r%d < 0 ? 0 : pitch;", i, i);
                line("r%d = Math.max(r%d, zero);", i, i);
            }
        }
        line("int at0 = yAt + row * outWidth * channels + c;");
        if (rows == 2) {
            line("int at1 = row + 1 < to && inImage + 1 < g.outHeight() ? at0 + outWidth * channels : at0;");
        }
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < sums; k++) {
                line("FloatVector a%d_%d = FloatVector.zero(F);", r, k);
            }
        }
        if (step == 1) {
            line("int last = outWidth + %d - left;", taps - 1);
            line("int end = Math.min(width, last);");
            line("int next = (left - %d) * channels;", taps - 1);
            line("for (int column = 0; column < end; column++) {");
            for (int i = 0; i < inRows; i++) {
                line("FloatVector x0_%d = FloatVector.fromArray(F, x, r%d);", i, i);
                line("r%d += step%d;", i, i);
            }
            products(step, rows, 0);
            line("int done = Math.max(next, 0);");
            line("next += channels;");
            store(rows, sums, f);
            line("}");
            line("for (int column = end; column < last; column++) {");
            line("int done = Math.max(next, 0);");
            line("next += channels;");
            store(rows, sums, f);
            line("}");
        } else {
            line("int end = outWidth + %d;", (taps - 1) / 2);
            line("int next = %d * channels;", -(taps - 1) / 2);
            line("for (int column = 0; column < end; column++) {");
            line("int even = VectorDepthwise.offset(2 * column - left, width, pitch);");
            column(step, rows, 0, "even");
            line("int done = Math.max(next, 0);");
            line("next += channels;");
            for (int r = rows - 1; r >= 0; r--) {
                finish(r, sums - 1, f);
            }
            line("int odd = VectorDepthwise.offset(2 * column - left + 1, width, pitch);");
            column(step, rows, 1, "odd");
            shift(rows, sums);
            line("}");
        }
        line("}\n}");
    }

    /** What one input column adds to the sums: the sum number k is that of the output whose tap k (stride 2: 2k, or 2k + 1) reads it. */
    private void column(int step, int rows, int parity, String offset) {
        int inRows = taps + (rows - 1) * step;
        for (int i = 0; i < inRows; i++) {
            line("FloatVector x%d_%d = FloatVector.fromArray(F, x, Math.max(r%d + %s, zero));", parity, i, i, offset);
        }
        products(step, rows, parity);
    }

    private void products(int step, int rows, int parity) {
        for (int ky = 0; ky < taps; ky++) {
            for (int k = 0; k * step + parity < taps; k++) {
                int tap = ky * taps + k * step + parity;
                String weight = "w" + tap;
                if (taps > 3) {
                    line("FloatVector w%d = FloatVector.fromArray(F, w, CacheLines.HEADER_GAP + %d * tapPitch + c);", tap, tap);
                }
                for (int r = 0; r < rows; r++) {
                    line("a%d_%d = x%d_%d.fma(%s, a%d_%d);", r, k, parity, ky + r * step, weight, r, k);
                }
            }
        }
    }

    /** A strip of one row too many has it stored where the row before it then is. */
    private void finish(int row, int sum, Finish f) {
        line("FloatVector s%d = b.add(a%d_%d);", row, row, sum);
        line(f.of("s" + row));
        line("s%d.intoArray(y, at%d + done);", row, row);
    }

    private void store(int rows, int sums, Finish f) {
        for (int r = rows - 1; r >= 0; r--) {
            finish(r, sums - 1, f);
        }
        shift(rows, sums);
    }

    private void shift(int rows, int sums) {
        for (int r = 0; r < rows; r++) {
            for (int k = sums - 1; k > 0; k--) {
                line("a%d_%d = a%d_%d;", r, k, r, k - 1);
            }
            line("a%d_0 = FloatVector.zero(F);", r);
        }
    }
}
