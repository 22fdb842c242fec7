package finch.training.supernet;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.data.DataSet;
import finch.data.DataSets;
import finch.data.Fingerprint;
import finch.data.UnusableDataException;
import finch.space.Architecture;
import finch.space.NotInSpaceException;
import finch.space.staged.StagedSpace;
import finch.training.DataDescription;
import finch.training.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Tells an architecture's accuracy with its part of a super-network's weights, on validation images. That is not the accuracy that it would have if it were
 * trained alone, and the source of each estimate says so; it is for comparing architectures of one space. The interval is that of a share counted on so many
 * images (Wilson 1927) and knows nothing of the difference between the two.
 */
public final class SuperNetworkEstimator implements AccuracyEstimator {
    /** Normal deviation that leaves out 5 % on each side. */
    private static final double Z95 = 1.6448536269514722;

    private final SubnetScorer scorer;
    private final String dataset;

    private SuperNetworkEstimator(SubnetScorer scorer, String dataset) {
        this.scorer = scorer;
        this.dataset = dataset;
    }

    /**
     * Reads a super-network and its images.
     *
     * @param data   a name or path as {@link DataSets#open} takes it: what the super-network was trained on
     * @param folder what relative paths are relative to
     * @param images of the validation set to score on, as equal numbers of all classes as there are; all of them if there are no more
     * @throws finch.space.format.InvalidFileException if the file is no super-network or one of another space, saying what differs
     * @throws IllegalArgumentException                if the data are others than those that it was trained on
     * @throws UnusableDataException                   if the data are not there or cannot be used
     */
    public static SuperNetworkEstimator read(Path file, StagedSpace space, String data, Path folder, int images, int threads) throws IOException {
        SuperNetwork network = SuperNetworkFile.read(file, space);
        DataSet set = open(network, file, data, folder);
        return new SuperNetworkEstimator(new SubnetScorer(network, set.training(), set.validation().sample(images, network.described().seed()), threads), set.name());
    }

    /**
     * The images that a super-network was trained on, parted as they were then, so that none that it has seen is scored on.
     *
     * @param file of the super-network, for messages
     * @throws IllegalArgumentException if they are others
     */
    public static DataSet open(SuperNetwork network, Path file, String data, Path folder) throws IOException {
        DataSet set = DataSets.open(data, folder, network.described().split());
        String fingerprint = Fingerprint.of(set.training(), set.name());
        if (!fingerprint.equals(network.described().fingerprint())) {
            throw new IllegalArgumentException(file + " was trained on other images than those of " + data + ": on " + network.described().data() + " with fingerprint "
                    + network.described().fingerprint() + ", and these have " + fingerprint + ". Give the data that it was trained on.");
        }
        // files of earlier versions do not tell
        if (network.described().provenance().get("data") instanceof Map<?, ?> its && its.get(DataDescription.VALIDATION_FINGERPRINT) instanceof String expected) {
            String validation = Fingerprint.of(set.validation(), set.name());
            if (!validation.equals(expected)) {
                throw new IllegalArgumentException(file + " was validated on other images than those that " + data + " has for that: on some with fingerprint " + expected
                        + ", and these have " + validation + ". Give the data that it was trained on.");
            }
        }
        return set;
    }

    @Override
    public AccuracyEstimate estimate(Architecture architecture) {
        try {
            Evaluation evaluation = scorer.score(architecture);
            double n = evaluation.images();
            double p = evaluation.top1();
            double middle = (p + Z95 * Z95 / (2 * n)) / (1 + Z95 * Z95 / n);
            double half = Z95 / (1 + Z95 * Z95 / n) * Math.sqrt(p * (1 - p) / n + Z95 * Z95 / (4 * n * n));
            return new AccuracyEstimate.Known(100 * p, 100 * Math.clamp(middle - half, 0, p), 100 * Math.clamp(middle + half, p, 1),
                    "super-network: shared weights, not those of the network trained alone; for ranking", dataset);
        } catch (NotInSpaceException e) {
            return new AccuracyEstimate.Silent("the super-network cannot speak for it: " + e.getMessage());
        }
    }
}
