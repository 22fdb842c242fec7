package finch.training;

import finch.data.Image;
import finch.data.ImageSet;
import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Noisy grey images of a bar: lying, standing, or a cross of both. And a small network for them. */
record Bars(int size, long seed) implements ImageSet {
    static final int SIDE = 12;

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
        return "bar " + index;
    }

    @Override
    public Image decode(int index) {
        SplittableRandom random = new SplittableRandom(seed + index * 1_000_003L);
        byte[] pixels = new byte[SIDE * SIDE];
        int row = random.nextInt(SIDE);
        int column = random.nextInt(SIDE);
        for (int i = 0; i < pixels.length; i++) {
            boolean lit = label(index) != 1 && i / SIDE == row || label(index) != 0 && i % SIDE == column;
            pixels[i] = (byte) (random.nextInt(60) + (lit ? 150 : 20));
        }
        return Image.of(SIDE, SIDE, 1, pixels);
    }

    static Architecture network() {
        return new Architecture("bars", Extent.square(SIDE), 1, 3, Padding.SYMMETRIC, new Stem(8, Extent.square(3), Extent.square(1), Activation.HARD_SWISH),
                List.of(new Block.InvertedResidual(Extent.square(3), Extent.square(2), 16, 8, Optional.of(new SqueezeExcite(4, Gate.HARD_SIGMOID)), Activation.RELU, false, true),
                        new Block.InvertedResidual(Extent.square(5), Extent.square(1), 16, 8, Optional.empty(), Activation.HARD_SWISH, false, true)),
                new Head(24, 16, true, Activation.HARD_SWISH));
    }
}
