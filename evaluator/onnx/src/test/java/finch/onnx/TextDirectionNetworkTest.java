package finch.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Extent;
import finch.space.SharedData;
import finch.space.network.Layer;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A network that others trained and exported: PaddleOCR's MobileNetV3-Small ×0.35 that tells upright text from turned.
 */
class TextDirectionNetworkTest {
    private static final String RESOURCE = "/models/ch_ppocr_mobile_v2.0_cls_infer.onnx";
    private static final Extent RESOLUTION = new Extent(48, 192);

    @Test
    void every_layer_is_recognised_with_its_fused_parts() throws IOException {
        OnnxModel model = OnnxReader.read(RESOURCE, new ByteArrayInputStream(bytes()),
                ReadOptions.none().withResolution(RESOLUTION));
        List<Layer> layers = model.network().layers();
        assertThat(model.network().input()).isEqualTo(new TensorShape(48, 192, 3));
        assertThat(layers.stream().map(Layer::op).distinct())
                .containsExactlyInAnyOrder("conv", "pointwise", "depthwise", "global-average-pool", "scale", "add",
                "max-pool", "dense", "softmax");
        var convolutions = layers.stream().filter(Layer.Convolution.class::isInstance)
                .map(Layer.Convolution.class::cast).toList();
        assertThat(convolutions).hasSize(53);
        assertThat(convolutions).filteredOn(Layer.Convolution::batchNorm).hasSize(35);
        assertThat(convolutions).filteredOn(c -> c.nonlinearity().equals(Nonlinearity.HARD_SWISH)).hasSize(18);
        assertThat(convolutions).filteredOn(c -> c.nonlinearity().equals(new Nonlinearity.HardSigmoid(0.2f, 0.5f)))
                .hasSize(9);
        assertThat(convolutions).anyMatch(c -> c.isDepthwise() && c.window().stride().equals(new Extent(2, 1)));
        assertThat(layers.get(layers.size() - 2)).isInstanceOf(Layer.Dense.class)
                .matches(l -> ((Layer.Dense) l).bias());
        assertThat(model.weights().trained()).isTrue();
    }

    @Test
    void outputs_equal_those_of_onnx_runtime() throws IOException {
        for (int seed = 1; seed <= 4; seed++) {
            float[] input = input(seed);
            float[] expected = OrtSessions.run(bytes(), input, 1, 3, 48, 192);
            assertThat(Math.abs(run(input)[0] - expected[0])).as("seed %d", seed).isLessThan(1e-5f);
            assertThat(Math.abs(run(input)[1] - expected[1])).as("seed %d", seed).isLessThan(1e-5f);
        }
    }

    @Test
    void outputs_equal_the_golden_file() throws IOException {
        var lines = Files.readAllLines(SharedData.path("models/rapidocr-cls-golden.csv"));
        assertThat(lines).hasSize(5);
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",");
            float[] output = run(input(Long.parseLong(cells[0])));
            assertThat(Math.abs(output[0] - Double.parseDouble(cells[1]))).as(line).isLessThan(1e-5);
            assertThat(Math.abs(output[1] - Double.parseDouble(cells[2]))).as(line).isLessThan(1e-5);
        }
    }

    @Test
    void written_again_it_still_says_the_same() throws IOException {
        OnnxModel model = OnnxReader.read(RESOURCE, new ByteArrayInputStream(bytes()),
                ReadOptions.none().withResolution(RESOLUTION));
        float[] input = input(3);
        for (OnnxOptions options : List.of(OnnxOptions.folded(), OnnxOptions.unfolded())) {
            float[] again = OrtSessions.run(OnnxWriter.toBytes(model.network(), model.weights(), options), input, 1, 3,
                    48, 192);
            Inputs.assertClose("written again, " + options, again, run(input), 1e-5);
        }
    }

    private static float[] run(float[] input) throws IOException {
        OnnxModel model = OnnxReader.read(RESOURCE, new ByteArrayInputStream(bytes()),
                ReadOptions.none().withResolution(RESOLUTION));
        return Inputs.run(model.network(), model.weights(), model.input().toEngine(input, 1), 1);
    }

    /** The golden file's generator, in NCHW order. */
    private static float[] input(long seed) {
        float[] values = new float[3 * 48 * 192];
        long state = seed;
        for (int i = 0; i < values.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            values[i] = (state >>> 40) / (float) (1 << 24) * 2f - 1f;
        }
        return values;
    }

    private static byte[] bytes() throws IOException {
        try (InputStream in = TextDirectionNetworkTest.class.getResourceAsStream(RESOURCE)) {
            return in.readAllBytes();
        }
    }
}
