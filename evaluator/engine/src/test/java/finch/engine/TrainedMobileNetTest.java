package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.SharedData;
import finch.space.network.Network;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A trained MobileNetV1 classifies real photographs as its makers' runtime does. */
class TrainedMobileNetTest {
    private static final double TOLERANCE = 1e-3;

    @Test
    void photographs_are_classified_as_published() throws IOException {
        TrainedMobileNet model = TrainedMobileNet.read(SharedData.path("models/mobilenet_v1_0.25_128.json"));
        int rows = 0;
        for (String[] row : rows(SharedData.path("models/mobilenet_v1_0.25_128-golden-photos.csv"))) {
            BufferedImage image = ImageIO.read(SharedData.path("photos/" + row[1]).toFile());
            assertProbabilities(row[1], probabilities(model, preprocess(image, 128)), row, 3);
            rows++;
        }
        assertThat(rows).isEqualTo(8);
    }

    @Test
    void seeded_inputs_give_the_golden_probabilities() throws IOException {
        TrainedMobileNet model = TrainedMobileNet.read(SharedData.path("models/mobilenet_v1_0.25_128.json"));
        int rows = 0;
        for (String[] row : rows(SharedData.path("models/mobilenet_v1_0.25_128-golden-seeds.csv"))) {
            long state = Long.parseLong(row[1]);
            float[] input = new float[128 * 128 * 3];
            for (int i = 0; i < input.length; i++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                input[i] = ((state >>> 40) / (float) (1 << 24)) * 2f - 1f;
            }
            assertProbabilities("seed " + row[1], probabilities(model, input), row, 2);
            rows++;
        }
        assertThat(rows).isEqualTo(3);
    }

    private static List<String[]> rows(Path csv) throws IOException {
        return Files.readAllLines(csv).stream().skip(1).map(line -> line.split(",", -1)).toList();
    }

    /** Columns from {@code first} on: class, probability, class, probability, … from the most probable down. */
    private static void assertProbabilities(String what, float[] actual, String[] row, int first) {
        List<Integer> ranked = new ArrayList<>(IntStream.range(0, actual.length).boxed().toList());
        ranked.sort(Comparator.comparing(c -> -actual[c]));
        for (int column = first; column < row.length; column += 2) {
            int expected = Integer.parseInt(row[column]);
            assertThat(ranked.get((column - first) / 2)).as(what).isEqualTo(expected);
            assertThat((double) actual[expected]).as(what).isCloseTo(Double.parseDouble(row[column + 1]), Offset.offset(TOLERANCE));
        }
    }

    private static float[] probabilities(TrainedMobileNet model, float[] input) {
        Network network = model.network();
        return WholeNetworkTest.run(network, model.weights(), PlanOptions.defaults(), input);
    }

    /**
     * The central 87.5 % of each side in whole pixels, averaged over areas to bytes of side x side, scaled to [-1, 1).
     * Probabilities move by some 0.02 with a crop of broken pixels or means that are not rounded to bytes.
     */
    static float[] preprocess(BufferedImage image, int side) {
        long height = Math.round(image.getHeight() * 0.875);
        long width = Math.round(image.getWidth() * 0.875);
        long top = (image.getHeight() - height) / 2;
        long left = (image.getWidth() - width) / 2;
        float[] result = new float[side * side * 3];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double y0 = top + y * (double) height / side;
                double y1 = top + (y + 1) * (double) height / side;
                double x0 = left + x * (double) width / side;
                double x1 = left + (x + 1) * (double) width / side;
                for (int channel = 0; channel < 3; channel++) {
                    double mean = area(image, x0, y0, x1, y1, 16 - 8 * channel);
                    result[(y * side + x) * 3 + channel] = (Math.round(mean) - 128) / 128f;
                }
            }
        }
        return result;
    }

    private static double area(BufferedImage image, double x0, double y0, double x1, double y1, int shift) {
        double sum = 0;
        for (int y = (int) y0; y < y1; y++) {
            double rows = Math.min(y + 1, y1) - Math.max(y, y0);
            for (int x = (int) x0; x < x1; x++) {
                double columns = Math.min(x + 1, x1) - Math.max(x, x0);
                sum += rows * columns * (image.getRGB(x, y) >> shift & 255);
            }
        }
        return sum / ((x1 - x0) * (y1 - y0));
    }
}
