package finch.search.evolve;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Genome;
import finch.space.Head;
import finch.space.SearchSpace;
import finch.space.SqueezeExcite;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What NetAdapt may make smaller in one step, as in MobileNetV3 (Howard et al. 2019, section 4.2): an expansion, or a
 * bottleneck in all blocks that share it, so that every residual connection stays. A space says in its decisions what
 * sizes there are; a decision shrinks something if nothing but channels change with it, and none grows. Channels that
 * follow from others by a ratio follow.
 */
final class Shrinking {
    private final SearchSpace space;
    private final ToDoubleFunction<Genome> cost;

    /** @param cost known ahead of the evaluation; NaN where it is not */
    Shrinking(SearchSpace space, ToDoubleFunction<Genome> cost) {
        this.space = space;
        this.cost = cost;
    }

    /** @param genome canonical @param operator {@code expansion} or {@code bottleneck} */
    record Proposal(Genome genome, String operator) {}

    /** A smaller network. @param size channels that are left of what shrank */
    private record Smaller(Genome genome, String operator, long size) {}

    /** For each thing that can shrink the largest size that costs at most {@code most}; different networks. @param genome canonical */
    List<Proposal> of(Genome genome, double most) {
        Architecture before = space.decode(genome);
        List<Proposal> proposals = new ArrayList<>();
        Set<Genome> proposed = new HashSet<>();
        for (int i = 0; i < space.decisions().size(); i++) {
            List<Smaller> sizes = new ArrayList<>();
            for (int choice = 0; choice < space.decisions().get(i).size(); choice++) {
                Genome changed = choice == genome.choice(i) ? genome : space.canonical(genome.with(i, choice));
                if (!changed.equals(genome)) {
                    smaller(before, space.decode(changed), changed).ifPresent(sizes::add);
                }
            }
            sizes.sort(Comparator.comparingLong(Smaller::size).reversed());
            sizes.stream().filter(s -> cost.applyAsDouble(s.genome()) <= most).findFirst()
                    .filter(s -> proposed.add(s.genome())).ifPresent(s -> proposals.add(new Proposal(s.genome(), s.operator())));
        }
        return proposals;
    }

    private static Optional<Smaller> smaller(Architecture before, Architecture after, Genome genome) {
        if (!masked(before).equals(masked(after)) || after.head().conv() > before.head().conv()) {
            return Optional.empty();
        }
        int in = before.stem().out();
        int newIn = in;
        long expansions = 0;
        long bottlenecks = 0;
        boolean expansion = false;
        boolean bottleneck = false;
        for (int i = 0; i < before.blocks().size(); i++) {
            Block old = before.blocks().get(i);
            Block block = after.blocks().get(i);
            boolean grows = block.out() > old.out() || expanded(block) > expanded(old) || squeezed(block) > squeezed(old);
            if (grows || adds(old, in) && !adds(block, newIn)) {
                return Optional.empty();
            }
            if (block.out() < old.out()) {
                bottleneck = true;
                bottlenecks += block.out();
            }
            if (expanded(block) < expanded(old)) {
                expansion = true;
                expansions += expanded(block);
            }
            in = old.out();
            newIn = block.out();
        }
        return bottleneck ? Optional.of(new Smaller(genome, "bottleneck", bottlenecks))
                : expansion ? Optional.of(new Smaller(genome, "expansion", expansions)) : Optional.empty();
    }

    /** The architecture without its channels: equal for two that differ in nothing else. */
    private static Architecture masked(Architecture a) {
        List<Block> blocks = a.blocks().stream().map(Shrinking::masked).toList();
        Head head = new Head(Math.min(a.head().conv(), 1), a.head().hidden(), a.head().hiddenBias(), a.head().activation());
        return new Architecture("", a.resolution(), a.channels(), a.classes(), a.padding(), a.stem(), blocks, head);
    }

    private static Block masked(Block block) {
        return switch (block) {
            case Block.InvertedResidual b -> new Block.InvertedResidual(b.kernel(), b.stride(), 1, 1, masked(b.squeeze()), b.activation(), false, true);
            case Block.FusedInvertedResidual b -> new Block.FusedInvertedResidual(b.kernel(), b.stride(), 1, 1, masked(b.squeeze()), b.activation(), true);
            case Block.DepthwiseSeparable b -> new Block.DepthwiseSeparable(b.kernel(), b.stride(), 1, masked(b.squeeze()), b.activation());
            case Block.Convolution b -> new Block.Convolution(b.kernel(), b.stride(), 1, b.activation());
        };
    }

    private static Optional<SqueezeExcite> masked(Optional<SqueezeExcite> squeeze) {
        return squeeze.map(s -> new SqueezeExcite(1, s.gate()));
    }

    private static int expanded(Block block) {
        return switch (block) {
            case Block.InvertedResidual b -> b.expanded();
            case Block.FusedInvertedResidual b -> b.expanded();
            case Block.DepthwiseSeparable b -> 0;
            case Block.Convolution b -> 0;
        };
    }

    private static int squeezed(Block block) {
        return switch (block) {
            case Block.InvertedResidual b -> b.squeeze().map(SqueezeExcite::channels).orElse(0);
            case Block.FusedInvertedResidual b -> b.squeeze().map(SqueezeExcite::channels).orElse(0);
            case Block.DepthwiseSeparable b -> b.squeeze().map(SqueezeExcite::channels).orElse(0);
            case Block.Convolution b -> 0;
        };
    }

    /** Whether the block adds its input, of {@code in} channels, to its output. */
    private static boolean adds(Block block, int in) {
        boolean fits = block.stride().equals(Extent.square(1)) && block.out() == in;
        return fits && switch (block) {
            case Block.InvertedResidual b -> b.skip();
            case Block.FusedInvertedResidual b -> b.skip();
            case Block.DepthwiseSeparable b -> false;
            case Block.Convolution b -> false;
        };
    }
}
