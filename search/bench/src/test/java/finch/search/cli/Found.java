package finch.search.cli;

import finch.accuracy.AccuracyDifference;
import finch.space.Architecture;
import finch.space.Genome;
import java.util.Locale;

/**
 * A network of a front.
 *
 * @param rank  place on the front, from 1
 * @param gain  in estimated top-1 over the reference
 * @param ratio predicted latency over the reference's
 */
record Found(long seed, int rank, Genome genome, Architecture architecture, AccuracyDifference gain, double ratio) {
    boolean surelyBetter() {
        return gain.low() > 0;
    }

    /** The gain in points with its 90 % interval. */
    String gainText() {
        return String.format(Locale.ROOT, "%+.2f [%+.2f, %+.2f]", gain.value(), gain.low(), gain.high());
    }
}
