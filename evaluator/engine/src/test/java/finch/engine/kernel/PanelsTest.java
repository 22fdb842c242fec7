package finch.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Products that write each panel of channels by itself, and depthwise convolutions that read them, at the vector width of this JVM. */
class PanelsTest {
    private static final Kernels KERNELS = KernelSet.configured().kernels();
    private static final int LANES = Math.max(4, KERNELS.lanes());
    private static final int IN = 2 * LANES;

    @Test
    void rows_of_panels_give_the_bits_of_whole_pixels() {
        int cases = 0;
        for (int kernel : new int[] {3, 5}) {
            for (int stride = 1; stride <= 2; stride++) {
                for (int width : new int[] {6, 11, 28, 31}) {
                    for (int vectors : new int[] {2, 3, 4, 5, 9}) {
                        // as frameworks pad: the same on both sides, or nothing in front of even images
                        for (int front : new int[] {kernel / 2, kernel / 2 - 1}) {
                            cases += check(kernel, stride, width, vectors * LANES, front);
                        }
                    }
                }
            }
        }
        assertThat(cases).as("taken by %s", KERNELS.name()).isEqualTo(KERNELS.lanes() == 4 || KERNELS.lanes() == 8 ? 160 : 0);
    }

    /** Images too narrow for a tile, masked channels and other windows have no panels. */
    @Test
    void what_tiles_do_not_fill_stays_together() {
        ConvGeometry reader = depthwise(3, 1, 28, 28, 4 * LANES, 1);
        assertThat(KERNELS.panels(product(28, 3, 4 * LANES), depthwise(3, 1, 28, 3, 4 * LANES, 1))).isFalse();
        assertThat(KERNELS.panels(product(28, 28, 4 * LANES + 1), depthwise(3, 1, 28, 28, 4 * LANES + 1, 1))).isFalse();
        assertThat(KERNELS.panels(product(28, 28, LANES), depthwise(3, 1, 28, 28, LANES, 1))).isFalse();
        assertThat(KERNELS.panels(reader, reader)).isFalse();
        assertThat(KERNELS.panels(product(28, 28, 4 * LANES), product(28, 28, LANES))).isFalse();
    }

    private static ConvGeometry product(int height, int width, int out) {
        return ConvCase.geometry(height, width, IN, out, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1);
    }

    private static ConvGeometry depthwise(int kernel, int stride, int height, int width, int channels, int front) {
        return ConvCase.geometry(height, width, channels, channels, kernel, kernel, stride, stride, front, front, kernel - 1 - front, kernel - 1 - front, 1, 1, channels);
    }

    /** @return 1 if the pair has panels, whose results then have been compared */
    private static int check(int kernel, int stride, int width, int channels, int front) {
        int height = 13;
        ConvGeometry product = product(height, width, channels);
        ConvGeometry reader = depthwise(kernel, stride, height, width, channels, front);
        if (!KERNELS.panels(product, reader)) {
            return 0;
        }
        SplittableRandom random = new SplittableRandom(kernel * 1000L + stride * 100 + width + channels + front);
        float[] image = reals(random, height * width * IN);
        PackedWeights first = KERNELS.pack(product, reals(random, product.weights()), reals(random, channels));
        PackedWeights second = KERNELS.pack(reader, reals(random, reader.weights()), reals(random, channels));
        Slice scratch = new Slice(new float[Math.max(KERNELS.scratchFloats(product, height * width), KERNELS.scratchFloats(reader, height * width))], 0);
        int ring = (kernel + stride + 1) / 2 * 2;
        for (Epilogue epilogue : List.of(Epilogue.NONE, Epilogue.RELU, Epilogue.clamp(-0.5f, 0.75f), Epilogue.HARD_SWISH, Epilogue.SWISH, Epilogue.SIGMOID)) {
            float[] together = new float[channels + height * width * channels];
            KERNELS.pointwise(first, epilogue, new Slice(image, 0), new Slice(together, channels), null, scratch, 0, height * width, 0, channels);
            Slice expected = new Slice(new float[reader.outPixels() * channels], 0);
            KERNELS.depthwise(second, epilogue, new Slice(together, channels), height, 0, expected, null, scratch, 0, reader.outHeight(), 0, channels);

            Slice panels = new Slice(new float[channels + ring * width * channels], channels);
            panels.panelPixels = ring * width;
            Slice actual = new Slice(new float[expected.array.length], 0);
            int done = 0;
            for (int row = 0; row < reader.outHeight(); row += 2) {
                int to = Math.min(reader.outHeight(), row + 2);
                int needed = Math.min(height, (to - 1) * stride - front + kernel);
                while (done < needed) {
                    int until = Math.min(needed, done - done % ring + ring);
                    int shift = done % ring - done;
                    KERNELS.pointwise(first, epilogue, new Slice(image, -shift * width * IN), panels, null, scratch, (done + shift) * width, (until + shift) * width, 0, channels);
                    done = until;
                }
                KERNELS.depthwise(second, epilogue, panels, ring, 0, actual, null, scratch, row, to, 0, channels);
            }
            assertThat(actual.array).as("%dx%d, stride %d, %d wide, %d channels, %d in front, %s", kernel, kernel, stride, width, channels, front, epilogue.kind())
                    .containsExactly(expected.array);
        }
        return 1;
    }

    private static float[] reals(SplittableRandom random, int count) {
        float[] reals = new float[count];
        for (int i = 0; i < count; i++) {
            reals[i] = (float) random.nextDouble(-1, 1);
        }
        return reals;
    }
}
