package finch.training;

import finch.data.Normalisation;
import finch.engine.Weights;
import finch.space.network.Network;
import java.util.List;

/**
 * A network that tells the class of an image.
 *
 * @param name          for people
 * @param labels        names of the classes, one for each output
 * @param normalisation what its training images were normalised by; its input is a whole image, resized to its resolution
 */
public record Classifier(String name, Network network, Weights weights, List<String> labels, Normalisation normalisation) {
    /** @throws IllegalArgumentException if labels or channels do not fit the network */
    public Classifier {
        labels = List.copyOf(labels);
        if (labels.size() != network.output().size()) {
            throw new IllegalArgumentException(name + " has " + network.output().size() + " outputs and " + labels.size() + " labels");
        }
        if (normalisation.mean().size() != network.input().channels()) {
            throw new IllegalArgumentException(name + " takes " + network.input().channels() + " channel(s), and its normalisation is of " + normalisation.mean().size());
        }
    }
}
