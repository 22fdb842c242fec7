package finch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.space.network.TensorShape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final int SIDE = 12;
    /** Leaves values as they are, with a mean colour of 51. */
    private static final Normalisation SHIFT = Normalisation.of(3, 0.2, 1);

    /** What the network gets, back on the scale of 0 to 255. */
    private static float[] augmented(Image image, Augmentation augmentation, int seed) {
        return augmented(image, seed, List.of(augmentation));
    }

    private static float[] augmented(Image image, int seed, List<Augmentation> augmentations) {
        BatchPlan plan = new BatchPlan(1, new TensorShape(SIDE, SIDE, 3), SHIFT, augmentations, 0, false, false, 0);
        float[] values = new Augmenter(plan).input(image, new SplittableRandom(seed));
        for (int i = 0; i < values.length; i++) {
            values[i] = 255 * (values[i] + 0.2f);
        }
        return values;
    }

    private static Image noise() {
        try {
            return Pictures.noise(1, SIDE, 3).decode(0);
        } catch (CorruptImageException e) {
            throw new AssertionError(e);
        }
    }

    private static int at(int y, int x) {
        return (y * SIDE + x) * 3;
    }

    @Test
    void a_flip_mirrors_every_other_time() {
        Image image = noise();
        int mirrored = 0;
        for (int seed = 0; seed < 200; seed++) {
            float[] values = augmented(image, new Augmentation.Flip(), seed);
            boolean same = Math.abs(values[at(2, 0) + 1] - image.value(2, 0, 1)) < 0.01;
            for (int x = 0; x < SIDE; x++) {
                assertThat(values[at(5, x) + 2]).isCloseTo(image.value(5, same ? x : SIDE - 1 - x, 2), within(0.01f));
            }
            mirrored += same ? 0 : 1;
        }
        assertThat(mirrored).isBetween(70, 130);
    }

    @Test
    void a_padded_crop_moves_by_up_to_its_padding_and_fills_with_the_mean() {
        Image image = Image.of(SIDE, SIDE, 3, filled(SIDE * SIDE * 3, 200));
        boolean[] filled = new boolean[4];
        for (int seed = 0; seed < 60; seed++) {
            float[] values = augmented(image, new Augmentation.PadCrop(3), seed);
            long means = IntStream.range(0, SIDE).filter(x -> Math.abs(values[at(SIDE / 2, x)] - 51) < 0.01).count();
            assertThat(means).isBetween(0L, 3L);
            filled[(int) means] = true;
            assertThat(values[at(SIDE / 2, SIDE / 2)]).isCloseTo(200, within(0.01f));
        }
        assertThat(filled).containsExactly(true, true, true, true);
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void cutout_is_a_square_of_the_mean() {
        Image image = Image.of(SIDE, SIDE, 3, filled(SIDE * SIDE * 3, 200));
        int whole = 0;
        for (int seed = 0; seed < 60; seed++) {
            float[] values = augmented(image, new Augmentation.Cutout(4), seed);
            int cut = (int) IntStream.range(0, SIDE * SIDE).filter(p -> Math.abs(values[3 * p] - 51) < 0.01).count();
            assertThat(cut).isBetween(4, 16);
            whole += cut == 16 ? 1 : 0;
        }
        assertThat(whole).isGreaterThan(20);
    }

    /** Of colours that no jitter used here takes to 0 or 255. */
    private static Image middling() {
        byte[] pixels = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (100 + i * 37 % 41);
        }
        return Image.of(SIDE, SIDE, 3, pixels);
    }

    private static double luma(float[] values, int at) {
        return 0.299 * values[at] + 0.587 * values[at + 1] + 0.114 * values[at + 2];
    }

    private static double meanLuma(float[] values) {
        return IntStream.range(0, SIDE * SIDE).mapToDouble(p -> luma(values, 3 * p)).average().orElseThrow();
    }

    /** What is left of each value's distance from a place of its own, which must be the same for all. */
    private static double factor(float[] before, float[] after, IntToDoubleFunction from) {
        double factor = Double.NaN;
        for (int i = 0; i < before.length; i++) {
            double distance = before[i] - from.applyAsDouble(i);
            if (Math.abs(distance) > 5) {
                double own = (after[i] - from.applyAsDouble(i)) / distance;
                factor = Double.isNaN(factor) ? own : factor;
                assertThat(own).isCloseTo(factor, within(1e-3));
            }
        }
        return factor;
    }

    @Test
    void colour_jitter_scales_brightness_contrast_and_saturation_each_within_its_strength() {
        Image image = middling();
        float[] before = augmented(image, 0, List.of());
        double[] least = {9, 9, 9};
        double[] most = {0, 0, 0};
        for (int seed = 0; seed < 40; seed++) {
            float[] bright = augmented(image, new Augmentation.ColourJitter(0.5, 0, 0), seed);
            float[] contrasting = augmented(image, new Augmentation.ColourJitter(0, 0.6, 0), seed);
            float[] coloured = augmented(image, new Augmentation.ColourJitter(0, 0, 0.9), seed);
            double mean = meanLuma(before);
            double[] factors = {factor(before, bright, _ -> 0), factor(before, contrasting, _ -> mean), factor(before, coloured, i -> luma(before, i / 3 * 3))};
            for (int k = 0; k < 3; k++) {
                least[k] = Math.min(least[k], factors[k]);
                most[k] = Math.max(most[k], factors[k]);
            }
        }
        double[] strengths = {0.5, 0.6, 0.9};
        for (int k = 0; k < 3; k++) {
            assertThat(least[k]).isBetween(1 - strengths[k] - 1e-3, 1 - strengths[k] / 2);
            assertThat(most[k]).isBetween(1 + strengths[k] / 2, 1 + strengths[k] + 1e-3);
        }
        // what would leave the scale stops at its end
        assertThat(augmented(Image.of(SIDE, SIDE, 3, filled(SIDE * SIDE * 3, 250)), new Augmentation.ColourJitter(1, 0, 0), brightest())[0]).isEqualTo(255, within(0.01f));
    }

    /** A seed whose first number is large. */
    private static int brightest() {
        return IntStream.range(0, 100).filter(seed -> new SplittableRandom(seed).nextDouble() > 0.9).findFirst().orElseThrow();
    }

    @Test
    void a_random_crop_is_a_part_of_the_image() {
        // brightness falls from left to right, so a part's first and last column tell where it lay
        byte[] ramp = new byte[24 * 24 * 3];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (byte) (i / 3 % 24 * 10);
        }
        Image image = Image.of(24, 24, 3, ramp);
        boolean small = false;
        for (int seed = 0; seed < 40; seed++) {
            float[] values = augmented(image, new Augmentation.RandomResizedCrop(0.1, 0.75), seed);
            float from = values[at(6, 0)];
            float to = values[at(6, SIDE - 1)];
            assertThat(to - from).isBetween(10f, 240f);
            small |= to - from < 120;
        }
        assertThat(small).isTrue();
    }

    @Test
    void resizing_keeps_constants_averages_when_shrinking_and_is_bilinear_when_enlarging() {
        Image constant = Image.of(7, 5, 1, filled(35, 77));
        for (int side : new int[] {1, 3, 5, 16}) {
            for (float value : Pixels.resized(constant, Pixels.Box.whole(constant), side, side).values()) {
                assertThat(value).isCloseTo(77, within(1e-4f));
            }
        }
        Image two = Image.of(1, 2, 1, new byte[] {0, 100});
        assertThat(Pixels.resized(two, Pixels.Box.whole(two), 1, 4).values()).containsExactly(0, 25, 75, 100);
        assertThat(Pixels.resized(two, Pixels.Box.whole(two), 1, 1).values()).containsExactly(50);
        // a checkerboard becomes grey, and not a pattern
        byte[] board = new byte[64 * 64];
        for (int i = 0; i < board.length; i++) {
            board[i] = (byte) ((i + i / 64) % 2 * 200);
        }
        Image checks = Image.of(64, 64, 1, board);
        for (float value : Pixels.resized(checks, Pixels.Box.whole(checks), 16, 16).values()) {
            assertThat(value).isCloseTo(100, within(7f));
        }
    }

    @Test
    void a_normalised_training_set_has_mean_0_and_deviation_1() throws UnusableDataException {
        ImageSet images = Pictures.noise(20, 16, 3);
        Normalisation normalisation = Normalisation.of(images, 3);
        double[] sums = new double[2];
        try (Batches batches = new Batches(images, BatchPlan.plain(20, new TensorShape(16, 16, 3), normalisation), 0)) {
            float[] values = batches.epoch(0).next().images();
            for (int i = 1; i < values.length; i += 3) {
                sums[0] += values[i];
                sums[1] += values[i] * values[i];
            }
        }

        assertThat(sums[0] / (20 * 256)).isCloseTo(0, within(1e-4));
        assertThat(sums[1] / (20 * 256)).isCloseTo(1, within(1e-3));
        assertThat(Normalisation.of(Pictures.set(2, _ -> Image.of(1, 1, 1, new byte[] {51})), 1)).isEqualTo(Normalisation.of(1, 0.2, 1));
    }
}
