package finch.search;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Decision;
import finch.space.Extent;
import finch.space.Genome;
import finch.space.Head;
import finch.space.NotInSpaceException;
import finch.space.Padding;
import finch.space.SearchSpace;
import finch.space.Stem;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One to {@code maxDepth} blocks, each with a kernel and an expansion; the genes of dropped blocks are silent. */
public final class ToySpace implements SearchSpace {
    private static final int[] KERNELS = {3, 5, 7};
    private static final int[] EXPANDED = {16, 24, 48, 96};

    private final int maxDepth;
    private final List<Decision> decisions = new ArrayList<>();

    public ToySpace(int maxDepth) {
        this.maxDepth = maxDepth;
        List<String> depths = new ArrayList<>();
        for (int depth = 1; depth <= maxDepth; depth++) {
            depths.add(Integer.toString(depth));
        }
        decisions.add(new Decision("depth", depths));
        decisions.add(new Decision("resolution", List.of("32")));
        for (int block = 1; block <= maxDepth; block++) {
            decisions.add(new Decision("block" + block + ".kernel", List.of("3", "5", "7")));
            decisions.add(new Decision("block" + block + ".expanded", List.of("16", "24", "48", "96")));
        }
    }

    @Override
    public String name() {
        return "toy" + maxDepth;
    }

    @Override
    public List<Decision> decisions() {
        return decisions;
    }

    @Override
    public BigInteger size() {
        BigInteger size = BigInteger.ZERO;
        for (int depth = 1; depth <= maxDepth; depth++) {
            size = size.add(BigInteger.valueOf(12).pow(depth));
        }
        return size;
    }

    @Override
    public Architecture decode(Genome genome) {
        if (genome.length() != decisions.size()) {
            throw new IllegalArgumentException("a genome of " + genome.length() + " choices");
        }
        for (int i = 0; i < genome.length(); i++) {
            if (genome.choice(i) < 0 || genome.choice(i) >= decisions.get(i).size()) {
                throw new IllegalArgumentException("choice " + genome.choice(i) + " of " + decisions.get(i).name());
            }
        }
        List<Block> blocks = new ArrayList<>();
        for (int block = 0; block <= genome.choice(0); block++) {
            blocks.add(new Block.InvertedResidual(Extent.square(KERNELS[genome.choice(2 + 2 * block)]), Extent.square(1),
                    EXPANDED[genome.choice(3 + 2 * block)], 16, Optional.empty(), Activation.RELU, false, true));
        }
        return new Architecture("", Extent.square(32), 3, 10, Padding.SYMMETRIC,
                new Stem(16, Extent.square(3), Extent.square(2), Activation.RELU), blocks, Head.plain());
    }

    @Override
    public Genome encode(Architecture architecture) throws NotInSpaceException {
        int[] genome = new int[decisions.size()];
        int depth = architecture.blocks().size();
        if (depth > maxDepth) {
            throw new NotInSpaceException(name(), List.of("depth is " + depth + ", allowed are 1 to " + maxDepth));
        }
        genome[0] = depth - 1;
        for (int block = 0; block < depth; block++) {
            if (!(architecture.blocks().get(block) instanceof Block.InvertedResidual b)) {
                throw new NotInSpaceException(name(), List.of("block" + (block + 1) + " is no inverted residual"));
            }
            genome[2 + 2 * block] = index(KERNELS, b.kernel().height(), "block" + (block + 1) + ".kernel");
            genome[3 + 2 * block] = index(EXPANDED, b.expanded(), "block" + (block + 1) + ".expanded");
        }
        Genome encoded = Genome.of(genome);
        if (!decode(encoded).anonymous().equals(architecture.anonymous())) {
            throw new NotInSpaceException(name(), List.of("stem, head or resolution differ"));
        }
        return encoded;
    }

    private int index(int[] allowed, int value, String decision) throws NotInSpaceException {
        for (int i = 0; i < allowed.length; i++) {
            if (allowed[i] == value) {
                return i;
            }
        }
        throw new NotInSpaceException(name(), List.of(decision + " is " + value + ", which is no choice"));
    }

    @Override
    public Genome canonical(Genome genome) {
        int[] choices = genome.toArray();
        for (int i = 4 + 2 * choices[0]; i < choices.length; i++) {
            choices[i] = 0;
        }
        return Genome.of(choices);
    }

    /** Every genome, silent choices counted. */
    public List<Genome> all() {
        List<Genome> all = new ArrayList<>(List.of(Genome.of(new int[decisions.size()])));
        for (int i = 0; i < decisions.size(); i++) {
            List<Genome> grown = new ArrayList<>();
            for (Genome genome : all) {
                for (int choice = 0; choice < decisions.get(i).size(); choice++) {
                    grown.add(genome.with(i, choice));
                }
            }
            all = grown;
        }
        return all;
    }
}
