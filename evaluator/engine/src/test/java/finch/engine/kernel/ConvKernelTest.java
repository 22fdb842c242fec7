package finch.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The kernel set of this JVM against the definition; the build runs this once per vector width and once without vectors. */
class ConvKernelTest {
    private static final Kernels KERNELS = KernelSet.configured().kernels();
    private static final int LANES = Math.max(4, KERNELS.lanes());

    @Test
    void pointwise_convolutions_of_integers_are_exact() {
        assertThat(checkAll(ConvCase.pointwise(LANES), ConvHarness.Values.INTEGERS)).isEqualTo(395 + 87);
    }

    @Test
    void depthwise_convolutions_of_integers_are_exact() {
        assertThat(checkAll(ConvCase.depthwise(LANES), ConvHarness.Values.INTEGERS)).isGreaterThan(450);
    }

    @Test
    void standard_and_grouped_convolutions_of_integers_are_exact() {
        assertThat(checkAll(ConvCase.standard(LANES), ConvHarness.Values.INTEGERS)).isEqualTo(259 + 104);
    }

    @Test
    void errors_on_real_numbers_stay_within_the_bound_that_holds_for_every_order_of_summation() {
        ConvHarness harness = new ConvHarness(KERNELS);
        long seed = 1000;
        for (ConvCase c : ConvCase.all(LANES)) {
            harness.check(c, ConvHarness.Values.REALS, seed++);
        }
        System.out.println("largest error of " + KERNELS.name() + ": " + harness.largestShare() + " of its bound");
        assertThat(harness.largestShare()).isGreaterThan(0).isLessThanOrEqualTo(1);
    }

    @Test
    void a_ring_of_rows_gives_the_bits_of_the_whole_image() {
        for (int kernel : new int[] {1, 3, 5, 7}) {
            for (int stride = 1; stride <= 3; stride++) {
                // the second number of channels goes through copied groups
                int channels = kernel == 5 && stride < 3 ? 512 : 2 * LANES + 3;
                int in = 23;
                int out = (in - 1) / stride + 1;
                ConvGeometry g = ConvCase.geometry(in, 11, channels, channels, kernel, kernel, stride, stride, kernel / 2, kernel / 2,
                        kernel / 2, kernel / 2, 1, 1, channels);
                SplittableRandom random = new SplittableRandom(kernel * 10L + stride);
                float[] memory = new float[channels + in * 11 * channels];
                for (int i = channels; i < memory.length; i++) {
                    memory[i] = (float) random.nextDouble(-1, 1);
                }
                float[] weights = new float[g.weights()];
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = (float) random.nextDouble(-1, 1);
                }
                PackedWeights packed = KERNELS.pack(g, weights, new float[channels]);
                int size = g.outPixels() * channels;
                Slice expected = new Slice(new float[size], 0);
                Slice scratch = new Slice(new float[KERNELS.scratchFloats(g, g.outPixels())], 0);
                KERNELS.depthwise(packed, Epilogue.RELU, new Slice(memory, channels), in, 0, expected, null, scratch, 0, out, 0, channels);

                int rowFloats = 11 * channels;
                int ring = kernel + stride;
                float[] held = new float[channels + ring * rowFloats];
                Slice actual = new Slice(new float[size], 0);
                int copied = 0;
                for (int row = 0; row < out; row += 2) {
                    int to = Math.min(out, row + 2);
                    int needed = Math.min(in, (to - 1) * stride - kernel / 2 + kernel);
                    for (; copied < needed; copied++) {
                        System.arraycopy(memory, channels + copied * rowFloats, held, channels + copied % ring * rowFloats, rowFloats);
                    }
                    KERNELS.depthwise(packed, Epilogue.RELU, new Slice(held, channels), ring, 0, actual, null, scratch, row, to, 0, channels);
                }
                assertThat(actual.array).as("%dx%d, stride %d", kernel, kernel, stride).containsExactly(expected.array);
            }
        }
    }

    /** Products finish sums in registers, or panel by panel; either way as a pass over the whole result does. */
    @Test
    void an_epilogue_on_the_spot_gives_the_bits_of_a_pass() {
        for (int pixels : new int[] {1, 5, 49, 200}) {
            for (int in : new int[] {40, 300, 1300}) {
                for (int out : new int[] {3 * LANES, 5 * LANES + 3, 10 * LANES}) {
                    ConvGeometry g = ConvGeometry.pointwise(pixels, in, out);
                    SplittableRandom random = new SplittableRandom(pixels + in + out);
                    float[] x = reals(random, pixels * in);
                    PackedWeights packed = KERNELS.pack(g, reals(random, g.weights()), reals(random, out));
                    for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.RELU, Epilogue.clamp(-1, 2), Epilogue.HARD_SWISH, Epilogue.SWISH, Epilogue.SIGMOID)) {
                        float[] expected = product(packed, Epilogue.NONE, x, pixels, out);
                        Slice all = new Slice(expected, 0);
                        KERNELS.elementwise(epilogue, all, null, all, 0, expected.length);
                        assertThat(product(packed, epilogue, x, pixels, out)).as("%d pixels, %d to %d, %s", pixels, in, out, epilogue.kind()).containsExactly(expected);
                    }
                }
            }
        }
    }

    /** Tiles add a residual that stands in the result's array, before it or behind it; one in another array is added in a pass. */
    @Test
    void a_residual_on_the_spot_gives_the_bits_of_a_pass() {
        for (int pixels : new int[] {6, 7, 8, 49, 200}) {
            for (int in : new int[] {2 * LANES, 260, 1024, 1028}) {
                for (int out : new int[] {2 * LANES, 3 * LANES, 3 * LANES - 1, 5 * LANES + 3, 9 * LANES}) {
                    ConvGeometry g = ConvGeometry.pointwise(pixels, in, out);
                    SplittableRandom random = new SplittableRandom(pixels + in + out);
                    float[] x = reals(random, pixels * in);
                    int size = pixels * out;
                    float[] residual = reals(random, size);
                    PackedWeights packed = KERNELS.pack(g, reals(random, g.weights()), reals(random, out));
                    float[] expected = product(packed, Epilogue.NONE, x, pixels, out);
                    Slice all = new Slice(expected, 0);
                    KERNELS.elementwise(Epilogue.NONE, all, new Slice(residual, 0), all, 0, size);
                    for (int residualAt : new int[] {0, size + 16, -1}) {
                        float[] memory = new float[2 * size + 16];
                        int yAt = residualAt == 0 ? size + 16 : 0;
                        Slice added = new Slice(residualAt < 0 ? residual : memory, Math.max(residualAt, 0));
                        System.arraycopy(residual, 0, added.array, added.offset, size);
                        Slice scratch = new Slice(new float[KERNELS.scratchFloats(g, pixels)], 0);
                        KERNELS.pointwise(packed, Epilogue.NONE, new Slice(x, 0), new Slice(memory, yAt), added, scratch, 0, pixels, 0, out);
                        assertThat(Arrays.copyOfRange(memory, yAt, yAt + size)).as("%d pixels, %d to %d, residual at %d", pixels, in, out, residualAt).containsExactly(expected);
                    }
                }
            }
        }
    }

    /** Likewise convolutions, those with tiles of their own too. */
    @Test
    void an_epilogue_of_a_convolution_gives_the_bits_of_a_pass() {
        for (int in : new int[] {3, 5}) {
            for (int out : new int[] {LANES, 2 * LANES, 3 * LANES + 3, 4 * LANES}) {
                ConvGeometry g = ConvCase.geometry(15, 57, in, out, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1);
                SplittableRandom random = new SplittableRandom(in + out);
                float[] x = reals(random, g.inPixels() * in);
                PackedWeights packed = KERNELS.pack(g, reals(random, g.weights()), reals(random, out));
                for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.RELU, Epilogue.clamp(-1, 2), Epilogue.HARD_SWISH, Epilogue.SWISH, Epilogue.SIGMOID)) {
                    float[] expected = convolution(packed, Epilogue.NONE, x);
                    Slice all = new Slice(expected, 0);
                    KERNELS.elementwise(epilogue, all, null, all, 0, expected.length);
                    assertThat(convolution(packed, epilogue, x)).as("%d to %d, %s", in, out, epilogue.kind()).containsExactly(expected);
                }
            }
        }
    }

    private static float[] convolution(PackedWeights packed, Epilogue epilogue, float[] x) {
        ConvGeometry g = packed.geometry();
        Slice y = new Slice(new float[g.outPixels() * g.outChannels()], 0);
        Slice scratch = new Slice(new float[KERNELS.scratchFloats(g, g.outPixels())], 0);
        KERNELS.convolution(packed, epilogue, new Slice(x, 0), y, null, scratch, 0, g.outPixels());
        return y.array;
    }

    private static float[] product(PackedWeights packed, Epilogue epilogue, float[] x, int pixels, int out) {
        Slice y = new Slice(new float[pixels * out], 0);
        Slice scratch = new Slice(new float[KERNELS.scratchFloats(packed.geometry(), pixels)], 0);
        KERNELS.pointwise(packed, epilogue, new Slice(x, 0), y, null, scratch, 0, pixels, 0, out);
        return y.array;
    }

    private static float[] reals(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private static int checkAll(List<ConvCase> cases, ConvHarness.Values values) {
        ConvHarness harness = new ConvHarness(KERNELS);
        long seed = 1;
        for (ConvCase c : cases) {
            harness.check(c, values, seed++);
        }
        return cases.size();
    }

    @Test
    void one_tap_of_one_shifts_the_image() {
        int channels = LANES + 3;
        for (int tap = 0; tap < 25; tap++) {
            ConvGeometry g = ConvCase.geometry(6, 9, channels, channels, 5, 5, 1, 1, 2, 2, 2, 2, 1, 1, channels);
            float[] weights = new float[g.weights()];
            for (int c = 0; c < channels; c++) {
                weights[c * 25 + tap] = 1;
            }
            float[] memory = new float[channels + 6 * 9 * channels];
            for (int i = channels; i < memory.length; i++) {
                memory[i] = i;
            }
            float[] y = new float[6 * 9 * channels];
            KERNELS.depthwise(KERNELS.pack(g, weights, new float[channels]), Epilogue.NONE, new Slice(memory, channels), 6, 0,
                    new Slice(y, 0), null, null, 0, 6, 0, channels);
            for (int oy = 0; oy < 6; oy++) {
                for (int ox = 0; ox < 9; ox++) {
                    int iy = oy + tap / 5 - 2;
                    int ix = ox + tap % 5 - 2;
                    boolean inside = iy >= 0 && iy < 6 && ix >= 0 && ix < 9;
                    for (int c = 0; c < channels; c++) {
                        float expected = inside ? memory[channels + (iy * 9 + ix) * channels + c] : 0;
                        assertThat(y[(oy * 9 + ox) * channels + c]).as("tap %d at %d,%d channel %d", tap, oy, ox, c).isEqualTo(expected);
                    }
                }
            }
        }
    }
}
