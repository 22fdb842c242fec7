package finch.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The reverse pass's kernels of this JVM against their definitions. Values are small integers, so that any order of summation gives the same
 * float; outputs start as NaN or as integers, guards stand around them, and inputs lie in NaN.
 */
class GradientKernelTest {
    private static final GradientKernels KERNELS = KernelSet.configured().gradientKernels();
    private static final int LANES = KernelSet.configured().kernels().lanes();
    private static final int[] CHANNELS = {1, Math.max(2, LANES - 1), LANES, LANES + 1, 2 * LANES, 2 * LANES + 3, 3 * LANES, 5 * LANES};
    private static final int GUARD = 40;

    private final SplittableRandom random = new SplittableRandom(17);

    private float[] integers(int length) {
        float[] values = new float[length + 2 * GUARD];
        Arrays.fill(values, Float.NaN);
        for (int i = GUARD; i < GUARD + length; i++) {
            values[i] = random.nextInt(1, 5) * (random.nextBoolean() ? 1 : -1);
        }
        return values;
    }

    private static float[] unwritten(int length) {
        float[] values = new float[length + 2 * GUARD];
        Arrays.fill(values, Float.NaN);
        return values;
    }

    private static float[] repeated(float[] factors) {
        float[] repeated = Arrays.copyOf(factors, KERNELS.period(factors.length));
        GradientKernels.repeat(repeated, factors.length);
        return repeated;
    }

    private static void same(float[] actual, double[] expected, String what, Object... arguments) {
        for (int i = 0; i < actual.length; i++) {
            boolean inside = i >= GUARD && i < GUARD + expected.length;
            if (inside ? actual[i] != expected[i - GUARD] : !Float.isNaN(actual[i])) {
                throw new AssertionError(what.formatted(arguments) + ": place " + (i - GUARD) + " of " + expected.length + " is " + actual[i]
                        + (inside ? " instead of " + expected[i - GUARD] : ", outside") + " (" + KERNELS.name() + ")");
            }
        }
    }

    @Test
    void weight_gradients_of_products_are_exact() {
        for (int depth : new int[] {1, 3, LANES, LANES + 1, 2 * LANES, 4 * LANES + 3, 6 * LANES}) {
            for (int outs : new int[] {1, 3, 4, 5, 8, 32, 33, 70}) {
                for (int pixels : new int[] {1, 5, 128, 129, 300}) {
                    float[] g = integers(pixels * outs);
                    float[] x = integers(pixels * depth);
                    float[] w = integers(outs * depth);
                    double[] expected = new double[outs * depth];
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] = w[GUARD + i];
                        for (int p = 0; p < pixels; p++) {
                            expected[i] += g[GUARD + p * outs + i / depth] * x[GUARD + p * depth + i % depth];
                        }
                    }
                    float[] scratch = new float[KERNELS.outerScratch(outs, depth)];
                    Arrays.fill(scratch, Float.NaN);
                    KERNELS.outer(g, GUARD, outs, outs, x, GUARD, depth, depth, pixels, w, GUARD, scratch);
                    same(w, expected, "%d outputs, %d inputs, %d pixels", outs, depth, pixels);
                }
            }
        }
    }

    private static List<ConvGeometry> windows(int channels, boolean depthwise) {
        int groups = depthwise ? channels : 1;
        return List.of(ConvCase.geometry(7, 5, channels, channels, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, groups),
                ConvCase.geometry(8, 9, channels, channels, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, groups),
                ConvCase.geometry(8, 10, channels, channels, 5, 5, 2, 2, 1, 1, 2, 2, 1, 1, groups),
                ConvCase.geometry(2, 3, channels, channels, 5, 5, 1, 1, 2, 2, 2, 2, 1, 1, groups),
                ConvCase.geometry(1, 1, channels, channels, 7, 7, 1, 1, 3, 3, 3, 3, 1, 1, groups),
                ConvCase.geometry(9, 14, channels, channels, 7, 7, 1, 1, 3, 3, 3, 3, 1, 1, groups),
                ConvCase.geometry(6, 7, channels, channels, 3, 1, 2, 1, 1, 0, 1, 0, 1, 1, groups),
                ConvCase.geometry(6, 7, channels, channels, 1, 5, 1, 3, 0, 2, 0, 2, 1, 1, groups),
                ConvCase.geometry(9, 9, channels, channels, 3, 3, 1, 1, 2, 2, 2, 2, 2, 2, groups),
                ConvCase.geometry(6, 6, channels, channels, 2, 4, 1, 1, 0, 1, 1, 2, 1, 1, groups));
    }

    @Test
    void depthwise_gradients_are_exact() {
        int images = 3;
        for (int channels : CHANNELS) {
            if (channels == 1) {
                continue; // a standard convolution
            }
            for (ConvGeometry g : windows(channels, true)) {
                float[] x = integers(images * g.inPixels() * channels);
                float[] gy = integers(images * g.outPixels() * channels);
                float[] w = integers(g.taps() * channels);
                double[] toWeights = new double[g.taps() * channels];
                double[] toInput = new double[images * g.inPixels() * channels];
                pairs(g, images, (tap, in, out) -> {
                    for (int c = 0; c < channels; c++) {
                        toWeights[tap * channels + c] += gy[GUARD + out * channels + c] * x[GUARD + in * channels + c];
                        toInput[in * channels + c] += gy[GUARD + out * channels + c] * w[GUARD + tap * channels + c];
                    }
                });
                float[] gw = unwritten(g.taps() * channels);
                KERNELS.depthwiseWeights(g, x, GUARD, gy, GUARD, images, gw, GUARD);
                same(gw, toWeights, "weights of %s", g);
                float[] plainW = Arrays.copyOfRange(w, GUARD, GUARD + g.taps() * channels);
                float[] gx = unwritten(toInput.length);
                KERNELS.depthwiseInput(g, plainW, gy, GUARD, gx, GUARD, false, images);
                same(gx, toInput, "input of %s", g);
                float[] grown = integers(toInput.length);
                for (int i = 0; i < toInput.length; i++) {
                    toInput[i] += grown[GUARD + i];
                }
                KERNELS.depthwiseInput(g, plainW, gy, GUARD, grown, GUARD, true, images);
                same(grown, toInput, "added to the input of %s", g);
            }
        }
    }

    interface Pair {
        void of(int tap, int in, int out);
    }

    /** Every tap of every output pixel that lies inside. */
    private static void pairs(ConvGeometry g, int images, Pair pair) {
        for (int out = 0; out < images * g.outPixels(); out++) {
            int image = out / g.outPixels();
            int oy = out / g.outWidth() % g.outHeight();
            int ox = out % g.outWidth();
            for (int tap = 0; tap < g.taps(); tap++) {
                int iy = oy * g.strideHeight() + tap / g.kernelWidth() * g.dilationHeight() - g.top();
                int ix = ox * g.strideWidth() + tap % g.kernelWidth() * g.dilationWidth() - g.left();
                if (iy >= 0 && ix >= 0 && iy < g.inHeight() && ix < g.inWidth()) {
                    pair.of(tap, (image * g.inHeight() + iy) * g.inWidth() + ix, out);
                }
            }
        }
    }

    @Test
    void windows_are_gathered_and_scattered_exactly() {
        int images = 2;
        for (int channels : new int[] {1, 3, LANES + 1}) {
            for (ConvGeometry g : windows(channels, false)) {
                int from = 2;
                int to = images * g.outPixels() - 1;
                if (to <= from) {
                    from = 0;
                    to = images * g.outPixels();
                }
                int first = from;
                int last = to;
                float[] x = integers(images * g.inPixels() * channels);
                double[] rows = new double[(to - from) * g.taps() * channels];
                float[] grown = integers(images * g.inPixels() * channels);
                double[] back = new double[images * g.inPixels() * channels];
                for (int i = 0; i < back.length; i++) {
                    back[i] = grown[GUARD + i];
                }
                float[] given = integers(rows.length);
                pairs(g, images, (tap, in, out) -> {
                    for (int c = 0; c < channels && out >= first && out < last; c++) {
                        int at = ((out - first) * g.taps() + tap) * channels + c;
                        rows[at] = x[GUARD + in * channels + c];
                        back[in * channels + c] += given[GUARD + at];
                    }
                });
                float[] gathered = unwritten(rows.length);
                KERNELS.gather(g, x, GUARD, gathered, GUARD, from, to);
                Arrays.fill(gathered, GUARD + rows.length, GUARD + rows.length + Math.min(GUARD, LANES), Float.NaN); // the slack
                same(gathered, rows, "rows of %s", g);
                KERNELS.scatter(g, given, GUARD, grown, GUARD, from, to);
                same(grown, back, "scattered rows of %s", g);
            }
        }
    }

    @Test
    void sums_over_pixels_are_exact() {
        for (int channels : CHANNELS) {
            for (int pixels : new int[] {1, 2, 37}) {
                int length = pixels * channels;
                float[] x = integers(length);
                float[] g = integers(length);
                float[] scale = Arrays.copyOfRange(integers(channels), GUARD, GUARD + channels);
                float[] offset = Arrays.copyOfRange(integers(channels), GUARD, GUARD + channels);
                double[] moments = new double[3 * channels];
                double[] sums = new double[2 * channels];
                double[] products = new double[channels];
                for (int i = 0; i < length; i++) {
                    int c = i % channels;
                    double difference = x[GUARD + i] - x[GUARD + c];
                    moments[c] = x[GUARD + c];
                    moments[channels + c] += difference;
                    moments[2 * channels + c] += difference * difference;
                    sums[c] += g[GUARD + i];
                    sums[channels + c] += g[GUARD + i] * (x[GUARD + i] * scale[c] + offset[c]);
                    products[c] += g[GUARD + i] * x[GUARD + i];
                }
                float[] into = unwritten(3 * channels);
                KERNELS.moments(x, GUARD, pixels, channels, into, GUARD);
                same(into, moments, "moments of %d channels, %d pixels", channels, pixels);
                into = unwritten(2 * channels);
                KERNELS.gradientSums(g, GUARD, x, GUARD, scale, offset, pixels, channels, into, GUARD);
                same(into, sums, "gradient sums of %d channels, %d pixels", channels, pixels);
                into = unwritten(channels);
                KERNELS.sums(g, GUARD, pixels, channels, into, GUARD);
                same(into, Arrays.copyOf(sums, channels), "sums of %d channels, %d pixels", channels, pixels);
                into = unwritten(channels);
                KERNELS.products(g, GUARD, x, GUARD, false, pixels, channels, into, GUARD);
                same(into, products, "products of %d channels, %d pixels", channels, pixels);
                into = integers(channels);
                for (int c = 0; c < channels; c++) {
                    products[c] += into[GUARD + c];
                }
                KERNELS.products(g, GUARD, x, GUARD, true, pixels, channels, into, GUARD);
                same(into, products, "added products of %d channels, %d pixels", channels, pixels);
            }
        }
    }

    @Test
    void elementwise_maps_are_exact() {
        for (int channels : CHANNELS) {
            for (int pixels : new int[] {1, 3, 22}) {
                int length = pixels * channels;
                float[] x = integers(length);
                float[] v = integers(channels);
                float[] b = Arrays.copyOfRange(integers(channels), GUARD, GUARD + channels);
                float[] d = Arrays.copyOfRange(integers(channels), GUARD, GUARD + channels);
                float[] factor = Arrays.copyOfRange(v, GUARD, GUARD + channels);
                for (boolean add : new boolean[] {false, true}) {
                    float[] y = add ? integers(length) : unwritten(length);
                    float[] z = y.clone();
                    double[] multiplied = new double[length];
                    double[] spread = new double[length];
                    for (int i = 0; i < length; i++) {
                        double before = add ? y[GUARD + i] : 0;
                        multiplied[i] = before + x[GUARD + i] * factor[i % channels];
                        spread[i] = before + 0.5 * factor[i % channels];
                    }
                    KERNELS.multiply(x, GUARD, v, GUARD, y, GUARD, add, pixels, channels);
                    same(y, multiplied, "products with a vector of %d channels, %d pixels, %s", channels, pixels, add);
                    KERNELS.spread(v, GUARD, 0.5f, z, GUARD, add, pixels, channels);
                    same(z, spread, "a vector of %d channels over %d pixels, %s", channels, pixels, add);
                }
                float[] g = integers(length);
                double[] combined = new double[length];
                double[] clamped = new double[length];
                double[] passed = new double[length];
                double[] summed = new double[length];
                for (int i = 0; i < length; i++) {
                    int c = i % channels;
                    double u = x[GUARD + i] * factor[c] + b[c];
                    combined[i] = g[GUARD + i] * factor[c] + x[GUARD + i] * b[c] + d[c];
                    clamped[i] = Math.min(Math.max(u, -3), 6);
                    passed[i] = u > -3 && u < 6 ? g[GUARD + i] : 0;
                    summed[i] = g[GUARD + i] + x[GUARD + i];
                }
                Epilogue clamp = Epilogue.clamp(-3, 6);
                float[] y = unwritten(length);
                KERNELS.activate(clamp, x, GUARD, repeated(factor), repeated(b), y, GUARD, pixels, channels);
                same(y, clamped, "clamp of %d channels, %d pixels", channels, pixels);
                float[] slope = g.clone();
                KERNELS.activateBackward(clamp, x, GUARD, repeated(factor), repeated(b), slope, GUARD, pixels, channels);
                for (int i = 0; i < slope.length; i++) {
                    slope[i] += 0f; // no -0
                }
                same(slope, passed, "way back through a clamp of %d channels, %d pixels", channels, pixels);
                float[] sum = g.clone();
                KERNELS.add(x, GUARD, sum, GUARD, length);
                same(sum, summed, "sum of %d", length);
                KERNELS.combine(g, GUARD, x, GUARD, repeated(factor), repeated(b), repeated(d), pixels, channels);
                same(g, combined, "combination of %d channels, %d pixels", channels, pixels);
            }
        }
    }

    @Test
    void curves_and_their_slopes_are_those_of_their_definitions() {
        List<Epilogue> curves = List.of(Epilogue.NONE, Epilogue.RELU, Epilogue.clamp(0, 6), Epilogue.HARD_SWISH, Epilogue.hardSigmoid(0.2f, 0.5f),
                Epilogue.SIGMOID, Epilogue.SWISH);
        for (int channels : new int[] {LANES, LANES + 1}) {
            int pixels = 400;
            float[] x = new float[pixels * channels];
            for (int i = 0; i < x.length; i++) {
                x[i] = (i - x.length / 2) * 0.0123f + 0.0005f;
            }
            float[] ones = new float[channels];
            Arrays.fill(ones, 1f);
            for (Epilogue f : curves) {
                float[] y = new float[x.length];
                float[] g = new float[x.length];
                Arrays.fill(g, 2f);
                KERNELS.activate(f, x, 0, repeated(ones), repeated(new float[channels]), y, 0, pixels, channels);
                KERNELS.activateBackward(f, x, 0, repeated(ones), repeated(new float[channels]), g, 0, pixels, channels);
                for (int i = 0; i < x.length; i++) {
                    double expected = value(f, x[i]);
                    double slope = (value(f, x[i] + 1e-6) - value(f, x[i] - 1e-6)) / 2e-6;
                    assertThat((double) y[i]).as("%s of %s", f, x[i]).isCloseTo(expected, within(1e-6 * (1 + Math.abs(expected))));
                    assertThat((double) g[i]).as("slope of %s at %s", f, x[i]).isCloseTo(2 * slope, within(1e-5));
                }
            }
        }
    }

    @Test
    void at_a_corner_the_outer_piece_counts() {
        for (GradientKernels kernels : List.of(KERNELS, KernelSet.SCALAR.gradientKernels())) {
            for (int channels : new int[] {LANES, LANES + 1}) {
                assertThat(slope(kernels, Epilogue.RELU, 0, channels)).isZero();
                assertThat(slope(kernels, Epilogue.clamp(-1, 6), -1, channels)).isZero();
                assertThat(slope(kernels, Epilogue.clamp(-1, 6), 6, channels)).isZero();
                assertThat(slope(kernels, Epilogue.HARD_SWISH, -3, channels)).isZero();
                assertThat(slope(kernels, Epilogue.HARD_SWISH, 3, channels)).isEqualTo(1);
                assertThat(slope(kernels, Epilogue.hardSigmoid(0.25f, 0.5f), -2, channels)).isZero();
                assertThat(slope(kernels, Epilogue.hardSigmoid(0.25f, 0.5f), 2, channels)).isZero();
            }
        }
    }

    private static float slope(GradientKernels kernels, Epilogue f, float at, int channels) {
        float[] ones = new float[channels];
        Arrays.fill(ones, 1f);
        float[] x = new float[channels];
        Arrays.fill(x, at);
        float[] g = ones.clone();
        kernels.activateBackward(f, x, 0, ones, new float[channels], g, 0, 1, channels);
        return g[channels - 1];
    }

    private static double value(Epilogue f, double x) {
        return switch (f.kind()) {
            case NONE -> x;
            case CLAMP -> Math.min(Math.max(x, f.low()), f.high());
            case HARD_SWISH -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
            case HARD_SIGMOID -> Math.min(Math.max(f.low() * x + f.high(), 0), 1);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case SWISH -> x / (1 + Math.exp(-x));
        };
    }

    @Test
    void transposed_and_repeated_packing_give_what_packing_gives() {
        Kernels kernels = KernelSet.configured().kernels();
        for (int outs : new int[] {1, LANES, 2 * LANES + 3, 5 * LANES}) {
            for (int ins : new int[] {1, 7, 40}) {
                ConvGeometry g = ConvGeometry.pointwise(9, ins, outs);
                float[] weights = Arrays.copyOfRange(integers(ins * outs), GUARD, GUARD + ins * outs);
                float[] turned = new float[weights.length];
                for (int i = 0; i < weights.length; i++) {
                    turned[i % outs * ins + i / outs] = weights[i];
                }
                PackedWeights expected = kernels.pack(g, turned, new float[outs]);
                PackedWeights first = kernels.packTransposed(g, new float[ins * outs], null);
                assertThat(kernels.packTransposed(g, weights, first).kernel()).isEqualTo(expected.kernel());
                PackedWeights again = kernels.repack(kernels.pack(g, weights, new float[outs]), turned, new float[outs]);
                assertThat(again.kernel()).isEqualTo(expected.kernel());
                assertThat(again.bias()).isEqualTo(expected.bias());
            }
        }
    }
}
