package finch.training.supernet;

import finch.data.DataSet;
import finch.data.Image;
import finch.data.ImageSet;
import finch.space.format.SpaceFormat;
import finch.space.staged.StagedSpace;
import finch.training.RecipeReader;
import finch.training.TrainingConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Small spaces, and noisy grey images of a bar: lying, standing, or a cross of both. */
final class TinySpaces {
    private TinySpaces() {}

    /** Everything elastic: kernel, expansion, depth, width, squeeze-excite, activation, resolution. */
    static StagedSpace elastic() {
        return elastic(6, 8);
    }

    static StagedSpace elastic(Integer... resolutions) {
        return SpaceFormat.parse("tiny.yaml", """
                format: finch-space/1
                name: tiny
                resolution: %s
                width: [0.5, 1]
                channels: 1
                classes: 3
                stem: { out: 16, kernel: [1, 3], stride: 1, activation: relu }
                stages:
                  - depth: [1, 2]
                    out: 16
                    stride: 2
                    per-block:
                      kernel: [3, 5, 7]
                      expand: [1, 2, 3]
                      squeeze: [none, 0.5 of expanded]
                      activation: [relu, hard-swish]
                  - depth: [0, 1]
                    out: 24
                    stride: 2
                    per-block:
                      type: [inverted-residual, fused-inverted-residual, depthwise-separable, conv]
                      kernel: [3, 5]
                      expand: 2
                      activation: relu
                head: { conv: [none, 32], hidden: [none, 16], activation: hard-swish }
                """.formatted(List.of(resolutions)));
    }

    /** A few dozen architectures. */
    static StagedSpace few() {
        return SpaceFormat.parse("few.yaml", """
                format: finch-space/1
                name: few
                resolution: 8
                channels: 1
                classes: 3
                stem: { out: 8, kernel: 3, stride: 1, activation: relu }
                stages:
                  - { depth: [1, 2], out: 8, stride: 2, per-block: { kernel: [3, 5], expand: [1, 3], activation: relu } }
                  - { depth: 1, out: 16, stride: 2, kernel: 3, expand: [1, 3], activation: relu }
                head: { conv: 24, activation: relu }
                """);
    }

    static DataSet bars(int training, int validation) {
        return new DataSet("bars", new Bars(training, 1), new Bars(validation, 2), Optional.empty(), List.of());
    }

    static TrainingConfig recipe(int epochs) {
        return RecipeReader.parse("test", "format: finch-recipe/1", Map.of("epochs", "" + epochs, "batch", "16", "augment", "[]", "learning-rate", "0.05", "warm-up", "0"));
    }

    /** @param seed of the noise and the places of the bars */
    record Bars(int size, long seed) implements ImageSet {
        private static final int SIDE = 8;

        @Override
        public List<String> classes() {
            return List.of("lying", "standing", "cross");
        }

        @Override
        public int label(int index) {
            return index % 3;
        }

        @Override
        public String nameOf(int index) {
            return "bars " + index;
        }

        @Override
        public Image decode(int index) {
            SplittableRandom random = new SplittableRandom(seed * 1_000_000_007L + index * 1_000_003L);
            byte[] pixels = new byte[SIDE * SIDE];
            int row = random.nextInt(SIDE);
            int column = random.nextInt(SIDE);
            for (int i = 0; i < pixels.length; i++) {
                boolean lit = label(index) != 1 && i / SIDE == row || label(index) != 0 && i % SIDE == column;
                pixels[i] = (byte) (random.nextInt(60) + (lit ? 150 : 20));
            }
            return Image.of(SIDE, SIDE, 1, pixels);
        }
    }
}
