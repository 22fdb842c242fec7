package finch.latency;

import finch.space.Architecture;
import finch.space.Extent;
import finch.space.network.Network;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * The stream of networks that a calibration times: architectures as they are drawn, at resolutions from 96 to 320, a quarter
 * of them held out, and the references, all held out, spread among the first of them.
 */
final class CalibrationSource {
    private static final int SMALLEST = 96;
    private static final int LARGEST = 320;
    private static final int STEP = 16;

    private final Iterator<Architecture> candidates;
    private final Deque<Network> references = new ArrayDeque<>();
    private final Random random;
    private int drawn;
    private int given;

    /** @param heldOut whether no fit may see it */
    record Draw(Network network, boolean heldOut) {}

    CalibrationSource(Iterator<Architecture> candidates, List<Architecture> references, long seed) {
        this.candidates = candidates;
        this.random = new Random(seed);
        for (Architecture reference : references) {
            String name = reference.name().isEmpty() ? "reference-" + (this.references.size() + 1) : reference.name();
            this.references.add(Network.of(reference.named(name)));
        }
    }

    boolean hasCandidate() {
        return candidates.hasNext();
    }

    boolean hasNext() {
        return candidates.hasNext() || !references.isEmpty();
    }

    Draw next() {
        boolean reference = !references.isEmpty() && (given % 3 == 2 || !candidates.hasNext());
        given++;
        if (reference) {
            return new Draw(references.removeFirst(), true);
        }
        return candidate();
    }

    /** The next network that is not a reference. */
    Draw candidate() {
        int number = ++drawn;
        Architecture architecture = candidates.next();
        // half of them at the resolution they come with, so that a space's own resolutions weigh most
        if (number % 2 == 0) {
            int side = SMALLEST + STEP * random.nextInt((LARGEST - SMALLEST) / STEP + 1);
            architecture = architecture.atResolution(Extent.square(side));
        }
        String name = "random-" + number + "/" + architecture.resolution();
        return new Draw(Network.of(architecture.named(name)), heldOut(number));
    }

    /** Two of eight, one at its own resolution and one at another. */
    private static boolean heldOut(int number) {
        return number % 8 == 3 || number % 8 == 6;
    }
}
