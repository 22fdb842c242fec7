package finch.latency;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Networks of a MobileNetV3-like family, drawn at random under a seed. */
final class RandomArchitectures {
    private static final int[] OUT = {16, 24, 40, 80, 112, 160};
    private static final int[] STRIDE = {1, 2, 2, 2, 1, 2};

    private RandomArchitectures() {}

    static Iterator<Architecture> drawn(long seed) {
        Random random = new Random(seed);
        return Stream.generate(() -> one(random)).iterator();
    }

    static Architecture one(Random random) {
        List<Block> blocks = new ArrayList<>();
        int percent = 40 + random.nextInt(61);
        int channels = 16;
        for (int stage = 0; stage < OUT.length; stage++) {
            int depth = 1 + random.nextInt(4);
            int out = Math.max(8, OUT[stage] * percent / 100 / 8 * 8 + 8 * (random.nextInt(3) - 1));
            for (int i = 0; i < depth; i++) {
                int expanded = channels * (1 + random.nextInt(6));
                Activation activation = random.nextBoolean() ? Activation.RELU : Activation.HARD_SWISH;
                Optional<SqueezeExcite> squeeze = random.nextBoolean() ? Optional.empty()
                        : Optional.of(new SqueezeExcite(Math.max(8, expanded / 4 / 8 * 8), Gate.HARD_SIGMOID));
                blocks.add(new Block.InvertedResidual(Extent.square(3 + 2 * random.nextInt(3)), Extent.square(i == 0 ? STRIDE[stage] : 1),
                        expanded, out, squeeze, activation, false, true));
                channels = out;
            }
        }
        return new Architecture("", Extent.square(224), 3, 1000, Padding.SYMMETRIC,
                new Stem(16, Extent.square(3), Extent.square(2), Activation.HARD_SWISH), blocks,
                new Head(480 + 160 * random.nextInt(4), random.nextBoolean() ? 0 : 1280, true, Activation.HARD_SWISH));
    }
}
