package finch.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.network.Nonlinearity;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Everything but convolutions: element-wise passes, pools, means, softmax. */
class PassKernelTest {
    private static final Kernels KERNELS = KernelSet.configured().kernels();
    private static final int LANES = Math.max(4, KERNELS.lanes());
    private static final float MARK = Float.intBitsToFloat(0x7fc0beef);
    private static final List<Integer> COUNTS = List.of(1, LANES - 1, LANES, LANES + 1, 2 * LANES + 3, 5 * LANES);

    private static float[] reals(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-4, 4);
        }
        return values;
    }

    /** An output of {@code count} floats, one guard before and one behind. */
    private static float[] guarded(int count) {
        float[] y = new float[count + 2];
        Arrays.fill(y, MARK);
        return y;
    }

    private static void assertGuards(float[] y) {
        assertThat(Float.floatToRawIntBits(y[0])).isEqualTo(0x7fc0beef);
        assertThat(Float.floatToRawIntBits(y[y.length - 1])).isEqualTo(0x7fc0beef);
    }

    @Test
    void epilogues_match_their_definition_densely_between_minus_and_plus_ten() {
        int count = 20_001;
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (i - 10_000) / 1000f;
        }
        Epilogue[] epilogues = {Epilogue.NONE, Epilogue.RELU, Epilogue.clamp(0, 6), Epilogue.clamp(-1.5f, 2.25f), Epilogue.HARD_SWISH,
                Epilogue.hardSigmoid(1f / 6f, 0.5f), Epilogue.hardSigmoid(0.2f, 0.5f), Epilogue.SIGMOID, Epilogue.SWISH};
        Nonlinearity[] definitions = {Nonlinearity.LINEAR, Nonlinearity.RELU, Nonlinearity.RELU6, new Nonlinearity.Clip(-1.5f, 2.25f),
                Nonlinearity.HARD_SWISH, new Nonlinearity.HardSigmoid(1f / 6f, 0.5f), new Nonlinearity.HardSigmoid(0.2f, 0.5f),
                Nonlinearity.SIGMOID, Nonlinearity.SWISH};
        for (int e = 0; e < epilogues.length; e++) {
            float[] y = guarded(count);
            KERNELS.elementwise(epilogues[e], new Slice(x, 0), null, new Slice(y, 1), 0, count);
            for (int i = 0; i < count; i++) {
                double expected = definitions[e].apply(x[i]);
                double bound = switch (epilogues[e].kind()) {
                    case NONE, CLAMP -> 0;
                    // a few roundings of numbers of at most the result's size, or 1
                    case HARD_SWISH -> 0x1p-22 * Math.abs(x[i]);
                    case HARD_SIGMOID -> 0x1p-23;
                    case SIGMOID -> 0x1p-21 * expected;
                    case SWISH -> 0x1p-21 * Math.abs(expected);
                };
                assertThat(Math.abs(y[i + 1] - expected)).as("%s of %s gave %s, not %s", epilogues[e], x[i], y[i + 1], expected).isLessThanOrEqualTo(bound);
            }
            assertGuards(y);
        }
    }

    @Test
    void sigmoids_saturate_without_overflow() {
        float[] x = {-1e30f, -1000, -100, -87.5f, 87.5f, 100, 1000, 1e30f, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        float[] y = new float[x.length];
        KERNELS.elementwise(Epilogue.SIGMOID, new Slice(x, 0), null, new Slice(y, 0), 0, x.length);
        for (int i = 0; i < x.length; i++) {
            assertThat((double) y[i]).isCloseTo(1 / (1 + Math.exp(-x[i])), org.assertj.core.data.Offset.offset(1e-6));
        }
    }

    @Test
    void vector_lanes_and_scalar_tails_give_the_same_bits() {
        int count = 3 * LANES + LANES - 1;
        float[] x = reals(count, 5);
        for (Epilogue epilogue : List.of(Epilogue.RELU, Epilogue.clamp(-1, 1), Epilogue.HARD_SWISH, Epilogue.hardSigmoid(0.2f, 0.5f), Epilogue.SIGMOID, Epilogue.SWISH)) {
            float[] whole = new float[count];
            KERNELS.elementwise(epilogue, new Slice(x, 0), null, new Slice(whole, 0), 0, count);
            for (int i = 0; i < count; i++) {
                float[] one = new float[count];
                KERNELS.elementwise(epilogue, new Slice(x, 0), null, new Slice(one, 0), i, i + 1);
                assertThat(Float.floatToRawIntBits(one[i])).as("%s of %s", epilogue, x[i]).isEqualTo(Float.floatToRawIntBits(whole[i]));
            }
        }
    }

    @Test
    void sums_may_stand_on_either_input() {
        for (int count : COUNTS) {
            float[] a = reals(count, 1);
            float[] b = reals(count, 2);
            float[] apart = guarded(count);
            KERNELS.elementwise(Epilogue.RELU, new Slice(a, 0), new Slice(b, 0), new Slice(apart, 1), 0, count);
            assertGuards(apart);
            for (boolean left : new boolean[] {true, false}) {
                Slice x = new Slice(a.clone(), 0);
                Slice y = new Slice(b.clone(), 0);
                KERNELS.elementwise(Epilogue.RELU, x, y, left ? x : y, 0, count);
                assertThat(left ? x.array : y.array).containsExactly(Arrays.copyOfRange(apart, 1, count + 1));
            }
            for (int i = 0; i < count; i++) {
                assertThat(apart[i + 1]).isEqualTo(Math.max(a[i] + b[i], 0));
            }
        }
    }

    @Test
    void scaling_takes_the_gate_of_its_image() {
        for (int channels : COUNTS) {
            float[] x = reals(2 * 6 * channels, 1);
            float[] gate = reals(2 * channels, 2);
            float[] y = guarded(x.length);
            KERNELS.scale(new Slice(x, 0), new Slice(gate, 0), new Slice(y, 1), 6, channels, 0, 5);
            KERNELS.scale(new Slice(x, 0), new Slice(gate, 0), new Slice(y, 1), 6, channels, 5, 12);
            for (int i = 0; i < x.length; i++) {
                assertThat(y[i + 1]).isEqualTo(x[i] * gate[i / (6 * channels) * channels + i % channels]);
            }
            assertGuards(y);
        }
    }

    @Test
    void affine_maps_channel_by_channel() {
        for (int channels : COUNTS) {
            float[] x = reals(7 * channels, 1);
            float[] factor = reals(channels, 2);
            float[] shift = reals(channels, 3);
            float[] y = guarded(x.length);
            KERNELS.affine(Epilogue.clamp(-3, 3), new Slice(x, 0), factor, shift, new Slice(y, 1), channels, 0, 3);
            KERNELS.affine(Epilogue.clamp(-3, 3), new Slice(x, 0), factor, shift, new Slice(y, 1), channels, 3, 7);
            for (int i = 0; i < x.length; i++) {
                double expected = Math.min(Math.max((double) x[i] * factor[i % channels] + shift[i % channels], -3), 3);
                assertThat((double) y[i + 1]).isCloseTo(expected, org.assertj.core.data.Offset.offset(2e-6));
            }
            assertGuards(y);
        }
    }

    @Test
    void means_of_integers_over_a_power_of_two_of_pixels_are_exact() {
        for (int channels : COUNTS) {
            float[] x = new float[2 * 16 * channels];
            for (int i = 0; i < x.length; i++) {
                x[i] = i * 7 % 23 - 11;
            }
            float[] y = guarded(2 * channels);
            int cut = channels > KERNELS.channelStep() ? KERNELS.channelStep() : channels;
            KERNELS.globalAverage(new Slice(x, 0), new Slice(y, 1), 16, channels, 0, 2, 0, cut);
            KERNELS.globalAverage(new Slice(x, 0), new Slice(y, 1), 16, channels, 0, 2, cut, channels);
            for (int image = 0; image < 2; image++) {
                for (int c = 0; c < channels; c++) {
                    double sum = 0;
                    for (int p = 0; p < 16; p++) {
                        sum += x[(image * 16 + p) * channels + c];
                    }
                    assertThat((double) y[1 + image * channels + c]).isEqualTo(sum / 16);
                }
            }
            assertGuards(y);
        }
    }

    @Test
    void pools_take_maximum_or_mean_with_padding_counted_or_not_and_shapes_rounded_up() {
        int cases = 0;
        for (int channels : new int[] {1, LANES + 1}) {
            for (int kernel = 1; kernel <= 3; kernel++) {
                for (int stride = 1; stride <= 3; stride++) {
                    for (int padding = 0; padding < kernel; padding++) {
                        for (int up = 0; up <= 1; up++) {
                            int h = (7 + 2 * padding - kernel + up * (stride - 1)) / stride + 1;
                            int w = (10 + 2 * padding - kernel + up * (stride - 1)) / stride + 1;
                            // as in ONNX: no window starts in the padding below or on the right
                            if ((h - 1) * stride >= 7 + padding || (w - 1) * stride >= 10 + padding) {
                                continue;
                            }
                            ConvGeometry g = new ConvGeometry(7, 10, channels, h, w, channels, kernel, kernel, stride, stride,
                                    padding, padding, 1, 1, channels);
                            pool(g, padding);
                            cases++;
                        }
                    }
                }
            }
        }
        assertThat(cases).isGreaterThan(50);
    }

    private static void pool(ConvGeometry g, int padding) {
        float[] x = reals(2 * g.inPixels() * g.inChannels(), g.hashCode());
        for (int kind = 0; kind < 3; kind++) {
            boolean maximum = kind == 0;
            boolean count = kind == 2;
            double[] expected = ReferenceKernels.pool(g, maximum, count, padding, padding, 2, x);
            float[] y = guarded(expected.length);
            KERNELS.pool(g, maximum, count, padding, padding, new Slice(x, 0), new Slice(y, 1), 0, 1);
            KERNELS.pool(g, maximum, count, padding, padding, new Slice(x, 0), new Slice(y, 1), 1, 2 * g.outHeight());
            for (int i = 0; i < expected.length; i++) {
                if (Double.isInfinite(expected[i]) || Double.isNaN(expected[i])) {
                    continue; // a window wholly in uncounted padding has no value
                }
                assertThat((double) y[i + 1]).as("%s kind %d output %d", g, kind, i)
                        .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(maximum ? 0 : 2e-6));
            }
            assertGuards(y);
        }
    }

    @Test
    void softmax_sums_to_one_along_its_axis_and_survives_large_inputs() {
        for (int inner : new int[] {1, 5}) {
            int axis = 11;
            float[] x = reals(3 * axis * inner, 9);
            x[axis * inner] = 500;
            float[] y = guarded(x.length);
            KERNELS.softmax(new Slice(x, 0), new Slice(y, 1), axis, inner, 0, 1);
            KERNELS.softmax(new Slice(x, 0), new Slice(y, 1), axis, inner, 1, 3);
            for (int o = 0; o < 3; o++) {
                for (int i = 0; i < inner; i++) {
                    double denominator = 0;
                    for (int a = 0; a < axis; a++) {
                        denominator += Math.exp(x[(o * axis + a) * inner + i]);
                    }
                    for (int a = 0; a < axis; a++) {
                        int at = (o * axis + a) * inner + i;
                        assertThat((double) y[at + 1]).isCloseTo(Math.exp(x[at]) / denominator, org.assertj.core.data.Offset.offset(1e-6));
                    }
                }
            }
            assertGuards(y);
        }
    }
}
