package finch.training.supernet;

import finch.data.Normalisation;
import finch.data.Split;
import finch.engine.gradient.Parameters;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.staged.StagedSpace;
import java.util.List;
import java.util.Map;

/**
 * A trained super-network: weights that all architectures of one space share. Immutable once trained, and safe for concurrent use.
 *
 * @see SuperTraining
 * @see SubnetScorer
 */
public final class SuperNetwork {
    private final StagedSpace space;
    private final SharedWeights shared;
    private final Described described;

    /**
     * What belongs to it besides weights.
     *
     * @param labels        names of the classes
     * @param normalisation of the images that it was trained on
     * @param batch         images of a step in training; batch normalisations are measured on as many at once
     * @param split         how validation images were held out where the data brings none
     * @param data          name of the data
     * @param fingerprint   of the training images
     * @param seed          of the training
     * @param provenance    recipe, data, curve, versions: maps, lists, texts, numbers, booleans
     */
    public record Described(List<String> labels, Normalisation normalisation, int batch, Split split, String data, String fingerprint, long seed,
                            Map<String, Object> provenance) {
        public Described {
            labels = List.copyOf(labels);
        }
    }

    SuperNetwork(StagedSpace space, SharedWeights shared, Described described) {
        this.space = space;
        this.shared = shared;
        this.described = described;
    }

    public StagedSpace space() {
        return space;
    }

    public Described described() {
        return described;
    }

    SharedWeights shared() {
        return shared;
    }

    Subnet subnet(Architecture architecture) throws NotInSpaceException {
        return subnet(space, shared, space.encode(architecture));
    }

    /** @param genome canonical, so that equal architectures have equal weights */
    static Subnet subnet(StagedSpace space, SharedWeights shared, Genome genome) {
        return new Subnet(shared, space.decode(genome), space.places(genome));
    }

    /**
     * An architecture with its part of the shared weights. Running statistics of batch normalisations are 0 and 1: {@link SubnetScorer#weights} measures them.
     *
     * @throws NotInSpaceException if it is not in the space, naming what does not fit
     */
    public Parameters parameters(Architecture architecture) throws NotInSpaceException {
        return subnet(architecture).parameters();
    }
}
