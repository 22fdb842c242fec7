package finch.onnx;

import finch.engine.Weights;
import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Architectures that nobody published: every block type, odd channel counts, rectangular kernels and strides, all
 * gates.
 */
class RandomArchitecturesTest {
    private static final int BATCH = 2;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void onnx_runtime_calculates_what_our_engine_calculates(long seed) throws IOException {
        Network network = Network.of(architecture(new SplittableRandom(seed)));
        Weights weights = Weights.seeded(network, seed);
        TensorShape shape = network.input();
        float[] input = Inputs.images(BATCH, shape, seed);
        float[] ours = Inputs.run(network, weights, input, BATCH);
        for (OnnxOptions options : List.of(OnnxOptions.folded(), OnnxOptions.unfolded())) {
            byte[] bytes = OnnxWriter.toBytes(network, weights, options);
            float[] theirs = OrtSessions.run(bytes, Inputs.channelsFirst(input, BATCH, shape), BATCH, shape.channels(),
                    shape.height(), shape.width());
            Inputs.assertClose("ONNX Runtime, " + options, ours, theirs, 1e-4);
            OnnxModel read = OnnxReader.read("random", new ByteArrayInputStream(bytes), ReadOptions.none());
            Inputs.assertSame(read, network, weights, options, input, ours, BATCH);
        }
    }

    private static Architecture architecture(SplittableRandom random) {
        List<Block> blocks = new ArrayList<>();
        int channels = random.nextInt(3, 20);
        Stem stem = new Stem(channels, kernel(random), stride(random), activation(random));
        for (int i = 0; i < 6; i++) {
            int out = random.nextInt(3) == 0 ? channels : random.nextInt(3, 40);
            Activation activation = activation(random);
            Optional<SqueezeExcite> squeeze = squeeze(random);
            blocks.add(switch (random.nextInt(5)) {
                case 0 -> new Block.FusedInvertedResidual(kernel(random), stride(random), random.nextInt(5, 60), out,
                        squeeze, activation, true);
                case 1 -> new Block.DepthwiseSeparable(kernel(random), stride(random), out, squeeze, activation);
                case 2 -> new Block.Convolution(kernel(random), stride(random), out, activation);
                default -> new Block.InvertedResidual(kernel(random), stride(random), random.nextBoolean() ? channels
                        : random.nextInt(5, 60), out,
                        squeeze, activation, random.nextBoolean(), true);
            });
            channels = out;
        }
        Head head = new Head(random.nextBoolean() ? 33 : 0, random.nextBoolean() ? 21 : 0, random.nextBoolean(),
                activation(random));
        return new Architecture("random", new Extent(random.nextInt(17, 40), random.nextInt(17, 40)),
                random.nextInt(1, 5), random.nextInt(2, 30),
                random.nextBoolean() ? Padding.SYMMETRIC : Padding.TENSORFLOW, stem, blocks, head);
    }

    private static Extent kernel(SplittableRandom random) {
        int height = 1 + 2 * random.nextInt(4);
        return random.nextInt(3) > 0 ? Extent.square(height) : new Extent(height, 1 + 2 * random.nextInt(4));
    }

    private static Extent stride(SplittableRandom random) {
        return random.nextInt(3) > 0 ? Extent.square(1) : new Extent(random.nextInt(1, 3), random.nextInt(1, 3));
    }

    private static Activation activation(SplittableRandom random) {
        return Activation.values()[random.nextInt(Activation.values().length)];
    }

    private static Optional<SqueezeExcite> squeeze(SplittableRandom random) {
        Gate gate = switch (random.nextInt(3)) {
            case 0 -> Gate.SIGMOID;
            case 1 -> Gate.HARD_SIGMOID;
            default -> new Gate.HardSigmoid(0.2);
        };
        return random.nextBoolean() ? Optional.empty() : Optional.of(new SqueezeExcite(random.nextInt(2, 9), gate));
    }
}
