package finch.latency;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.network.Network;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * The stream of networks that a calibration times: architectures as they are drawn, at resolutions from 96 to 320, a quarter, and later half,
 * of them held out, some of the others driven to an extreme, and the references, fitted or held out as asked, spread among the first of them. One of eight, always
 * fitted, sees an image of 32 to 80 pixels: what a layer takes however small it is, and weights that are read for a few pixels, vanish behind the products of larger ones, and without such
 * networks most of their prices came out as nothing. Of two profiles of one machine, a noisy one without them and a quiet one with them, the first predicted 175 us for MobileNetV3-Small x0.5 at 96 pixels and the
 * second 202, where 255 were measured.
 */
final class CalibrationSource {
    private static final int SMALLEST = 96;
    private static final int LARGEST = 320;
    private static final int STEP = 16;
    private static final int SMALL_EVERY = 8;
    private static final int SMALL = 32;
    private static final int EXTREME_EVERY = 5;
    /** Of so many three quarters are fitted: twice what prices need. */
    private static final int ENOUGH = 280;

    private final Iterator<Architecture> candidates;
    private final Deque<Draw> references = new ArrayDeque<>();
    private final Deque<Architecture> kinds = new ArrayDeque<>();
    private final Set<String> referenceNames = new HashSet<>();
    private final Random random;
    private int drawn;
    private int given;

    /** @param heldOut whether no fit may see it */
    record Draw(Network network, boolean heldOut) {}

    CalibrationSource(Iterator<Architecture> candidates, List<Architecture> references, List<Architecture> fitted, long seed) {
        this.candidates = candidates;
        this.random = new Random(seed);
        fitted.forEach(reference -> add(reference, false));
        references.forEach(reference -> add(reference, true));
    }

    private void add(Architecture reference, boolean heldOut) {
        String name = reference.name().isEmpty() ? "reference" : reference.name();
        while (!referenceNames.add(name)) {
            name += "'"; // timings are filed by name
        }
        references.add(new Draw(Network.of(reference.named(name)), heldOut));
        kinds.add(reference);
    }

    /** Whether there is another network to warm up with. */
    boolean hasWarmUp() {
        return !kinds.isEmpty() || candidates.hasNext();
    }

    /** The references, then candidates, on the smallest images: they call the same kernels, more often in the same time. */
    Network warmUp() {
        Architecture architecture = kinds.isEmpty() ? candidates.next() : kinds.removeFirst();
        return Network.of(architecture.atResolution(Extent.square(SMALLEST)).named("warm-up"));
    }

    boolean isReference(String name) {
        return referenceNames.contains(name);
    }

    boolean hasNext() {
        return candidates.hasNext() || !references.isEmpty();
    }

    Draw next() {
        boolean reference = !references.isEmpty() && (given % 3 == 2 || !candidates.hasNext());
        given++;
        if (reference) {
            return references.removeFirst();
        }
        return candidate();
    }

    /** The next network that is not a reference. */
    Draw candidate() {
        int number = ++drawn;
        Architecture architecture = candidates.next();
        // half of them at the resolution they come with, so that a space's own resolutions weigh most
        if (number % SMALL_EVERY == 0) {
            architecture = small(architecture, SMALL + STEP * random.nextInt((SMALLEST - SMALL) / STEP));
        } else if (number % 2 == 0) {
            int side = SMALLEST + STEP * random.nextInt((LARGEST - SMALLEST) / STEP + 1);
            architecture = architecture.atResolution(Extent.square(side));
        }
        boolean heldOut = heldOut(number);
        if (!heldOut && number % EXTREME_EVERY == 0) {
            architecture = extreme(architecture);
        }
        String name = "random-" + number + "/" + architecture.resolution();
        return new Draw(Network.of(architecture.named(name)), heldOut);
    }

    /** At this side, or the next larger one that its strides leave a pixel of. */
    private static Architecture small(Architecture architecture, int side) {
        for (int s = side; s < SMALLEST; s += STEP) {
            Architecture at = architecture.atResolution(Extent.square(s));
            try {
                Network.of(at);
                return at;
            } catch (IllegalArgumentException e) {
                // too small for the strides
            }
        }
        return architecture.atResolution(Extent.square(SMALLEST));
    }

    /**
     * The same network with one kernel size throughout, and with or without its squeeze-excite branches. A search goes
     * to such corners, while in random networks all choices stand in about the same mix and their prices blur.
     */
    private Architecture extreme(Architecture a) {
        Extent kernel = a.blocks().get(random.nextInt(a.blocks().size())).kernel();
        boolean squeeze = random.nextBoolean();
        List<Block> blocks = a.blocks().stream().map(block -> switch (block) {
            case Block.InvertedResidual b -> (Block) new Block.InvertedResidual(kernel, b.stride(), b.expanded(), b.out(),
                    squeeze ? b.squeeze() : Optional.empty(), b.activation(), b.forceExpand(), b.skip());
            case Block.DepthwiseSeparable b -> new Block.DepthwiseSeparable(kernel, b.stride(), b.out(),
                    squeeze ? b.squeeze() : Optional.empty(), b.activation());
            case Block.FusedInvertedResidual b -> b;
            case Block.Convolution b -> b;
        }).toList();
        return new Architecture(a.name(), a.resolution(), a.channels(), a.classes(), a.padding(), a.stem(), blocks, a.head());
    }

    /**
     * Two of eight, one at its own resolution and one at another; of those that come after enough for a fit four, so that a long calibration is checked on
     * more networks.
     */
    private static boolean heldOut(int number) {
        return number % 8 == 3 || number % 8 == 6 || number > ENOUGH && (number % 8 == 1 || number % 8 == 4);
    }
}
