package finch.onnx;

import finch.engine.Weights;
import finch.space.Architecture;
import finch.space.Extent;
import finch.space.Padding;
import finch.space.format.References;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the writer writes, ONNX Runtime calculates as our engine does, and the reader reads back. */
class WrittenNetworksTest {
    /** Relative to the largest logit. */
    private static final double TOLERANCE = 1e-4;

    /**
     * Each reference at a square and at an odd rectangle, one image and three, with either padding; some at full size.
     */
    static Stream<Arguments> references() {
        Extent square = Extent.square(96);
        Extent odd = new Extent(48, 97);
        Stream<Arguments> small = References.names().stream().flatMap(name -> Stream.of(
                Arguments.of(name, square, Padding.SYMMETRIC, 1), Arguments.of(name, square, Padding.TENSORFLOW, 3),
                Arguments.of(name, odd, Padding.TENSORFLOW, 1), Arguments.of(name, odd, Padding.SYMMETRIC, 3)));
        Stream<Arguments> full = Stream.of("mobilenetv1", "mobilenetv3-small", "mobilenetv3-large", "efficientnet-b0")
                .map(name -> Arguments.of(name, Extent.square(224), Padding.SYMMETRIC, 1));
        return Stream.concat(small, full);
    }

    @ParameterizedTest(name = "{0} at {1}, {2}, batch {3}")
    @MethodSource("references")
    void onnx_runtime_agrees_on_every_reference_folded_and_not(String name, Extent resolution, Padding padding,
            int batch) throws IOException {
        Architecture a = References.resolve(name);
        agrees(new Architecture(a.name(), resolution, a.channels(), a.classes(), padding, a.stem(), a.blocks(),
                a.head()), batch);
    }

    private static void agrees(Architecture architecture, int batch) throws IOException {
        Network network = Network.of(architecture);
        Weights weights = Weights.seeded(network, 7);
        TensorShape shape = network.input();
        float[] input = Inputs.images(batch, shape, 11);
        float[] ours = Inputs.run(network, weights, input, batch);
        Inputs.assertDiffer(ours, batch, 20 * TOLERANCE);
        float[] nchw = Inputs.channelsFirst(input, batch, shape);
        for (OnnxOptions options : List.of(OnnxOptions.folded(), OnnxOptions.unfolded())) {
            byte[] bytes = OnnxWriter.toBytes(network, weights, options);
            float[] theirs = OrtSessions.run(bytes, nchw, batch, shape.channels(), shape.height(), shape.width());
            Inputs.assertClose("ONNX Runtime on " + architecture.name() + ", folded " + options.foldBatchNorm(), ours,
                    theirs, TOLERANCE);
            OnnxModel read = OnnxReader.read(architecture.name(), new ByteArrayInputStream(bytes), ReadOptions.none());
            Inputs.assertSame(read, network, weights, options, input, ours, batch);
        }
    }
}
