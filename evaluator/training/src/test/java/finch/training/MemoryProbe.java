package finch.training;

import finch.data.DataSet;
import finch.data.Image;
import finch.data.ImageSet;
import finch.engine.HeapTooSmallException;
import finch.space.format.References;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Trains MobileNetV3-Small for 1000 classes at 96 x 96, batch 64, in a JVM of its own, and says on standard output what came of it. */
final class MemoryProbe {
    private static final int SIDE = 96;

    private MemoryProbe() {}

    /** Noise. */
    private record Noise(int size) implements ImageSet {
        private static final List<String> CLASSES = IntStream.range(0, 1000).mapToObj(i -> String.format("c%03d", i)).toList();

        @Override
        public List<String> classes() {
            return CLASSES;
        }

        @Override
        public int label(int index) {
            return index % CLASSES.size();
        }

        @Override
        public String nameOf(int index) {
            return "noise " + index;
        }

        @Override
        public Image decode(int index) {
            byte[] pixels = new byte[SIDE * SIDE * 3];
            new SplittableRandom(index).nextBytes(pixels);
            return Image.of(SIDE, SIDE, 3, pixels);
        }
    }

    /** @param args the batch */
    public static void main(String[] args) throws IOException {
        // the dearest: an optimiser with two running numbers, and an average of the weights; two steps, as the second meets what the first has left
        TrainingConfig config = RecipeReader.parse("probe", "format: finch-recipe/1", Map.of("epochs", "1", "batch", args[0], "optimizer", "rmsprop", "ema", "0.9", "augment", "[]"));
        DataSet data = new DataSet("noise", new Noise(2 * config.batch()), new Noise(64), Optional.empty(), List.of());
        try {
            Training.Outcome outcome = Training.of(References.resolve("mobilenetv3-small@/" + SIDE), data, config).run(null, 1, new Training.Listener() {});
            System.out.println("trained: " + outcome.validation().images() + " images tested");
        } catch (HeapTooSmallException e) {
            System.out.println("too small: " + e.getMessage());
        }
    }
}
