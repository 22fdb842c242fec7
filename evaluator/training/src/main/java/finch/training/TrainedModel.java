package finch.training;

import finch.data.Normalisation;
import finch.data.Split;
import finch.engine.Weights;
import finch.space.Architecture;
import finch.space.network.Network;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a training leaves: all that is needed to use the network, and how it came about.
 *
 * @param weights       with batch normalisations as they are, not folded, so that it answers exactly as the trained network did
 * @param labels        names of the classes
 * @param normalisation what the training images were normalised by
 * @param provenance    recipe, data, curve, results, versions: maps, lists, texts, numbers, booleans. Without times, so that a seed gives a file bit for bit
 */
public record TrainedModel(Architecture architecture, Weights weights, List<String> labels, Normalisation normalisation, Map<String, Object> provenance) {
    /** @throws IllegalArgumentException if the parts do not fit each other, saying which */
    public TrainedModel {
        labels = List.copyOf(labels);
        weights.check(Network.of(architecture));
        if (labels.size() != architecture.classes()) {
            throw new IllegalArgumentException("the architecture has " + architecture.classes() + " classes, and there are " + labels.size() + " labels");
        }
        if (normalisation.mean().size() != architecture.channels()) {
            throw new IllegalArgumentException("the architecture takes " + architecture.channels() + " channel(s), and the normalisation is of " + normalisation.mean().size());
        }
    }

    /** For use. @param name where the architecture has none */
    public Classifier classifier(String name) {
        return new Classifier(architecture.name().isEmpty() ? name : architecture.name(), Network.of(architecture), weights, labels, normalisation, split(provenance));
    }

    /** Of a recipe that is to be believed, or none. */
    static Optional<Split> split(Object provenance) {
        return provenance instanceof Map<?, ?> map && map.get("recipe") instanceof Map<?, ?> recipe && recipe.get("validation") instanceof Number share
                && recipe.get("seed") instanceof Number seed && share.doubleValue() > 0 && share.doubleValue() < 1
                ? Optional.of(new Split(share.doubleValue(), seed.longValue())) : Optional.empty();
    }
}
