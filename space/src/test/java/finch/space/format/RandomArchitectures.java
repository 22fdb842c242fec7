package finch.space.format;

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
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Valid architectures of every kind, each from its seed. */
final class RandomArchitectures {
    private final RandomGenerator random;

    private RandomArchitectures(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    static Architecture of(long seed) {
        return new RandomArchitectures(seed).architecture();
    }

    private Architecture architecture() {
        int strides = random.nextInt(5);
        List<Block> blocks = new ArrayList<>();
        for (int i = random.nextInt(1, 9); i > 0; i--) {
            Extent stride = strides > 0 && random.nextBoolean() ? extent(1, 3) : Extent.square(1);
            strides -= stride.isOne() ? 0 : 1;
            blocks.add(block(stride));
        }
        String name = random.nextBoolean() ? "" : "net " + random.nextInt(100) + "'s \"x\"";
        return new Architecture(name, new Extent(random.nextInt(64, 300), random.nextInt(64, 300)), random.nextInt(1, 5), random.nextInt(1, 2000),
                pick(Padding.values()), new Stem(random.nextInt(1, 64), kernel(), extent(1, 3), pick(Activation.values())), blocks,
                new Head(random.nextInt(3) * 17, random.nextInt(3) * 31, random.nextBoolean(), pick(Activation.values())));
    }

    private Block block(Extent stride) {
        int out = random.nextInt(1, 90);
        int expanded = random.nextInt(1, 300);
        Activation activation = pick(Activation.values());
        return switch (random.nextInt(4)) {
            case 0 -> new Block.InvertedResidual(kernel(), stride, expanded, out, squeeze(), activation, random.nextBoolean(), random.nextBoolean());
            case 1 -> new Block.FusedInvertedResidual(kernel(), stride, expanded, out, squeeze(), activation, random.nextBoolean());
            case 2 -> new Block.DepthwiseSeparable(kernel(), stride, out, squeeze(), activation);
            default -> new Block.Convolution(kernel(), stride, out, activation);
        };
    }

    private Optional<SqueezeExcite> squeeze() {
        Gate gate = switch (random.nextInt(3)) {
            case 0 -> Gate.SIGMOID;
            case 1 -> Gate.HARD_SIGMOID;
            default -> new Gate.HardSigmoid(random.nextDouble(0.01, 2));
        };
        return random.nextBoolean() ? Optional.empty() : Optional.of(new SqueezeExcite(random.nextInt(1, 60), gate));
    }

    private Extent kernel() {
        return new Extent(1 + 2 * random.nextInt(4), 1 + 2 * random.nextInt(4));
    }

    private Extent extent(int from, int to) {
        return new Extent(random.nextInt(from, to), random.nextInt(from, to));
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
