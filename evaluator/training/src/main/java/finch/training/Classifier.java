package finch.training;

import finch.data.Normalisation;
import finch.data.Split;
import finch.engine.Weights;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A network that tells the class of an image.
 *
 * @param name          for people
 * @param labels        names of the classes, one for each output
 * @param normalisation what its training images were normalised by; its input is a whole image, resized to its resolution
 * @param split         how validation images were held out where its data set brought none; empty where nobody knows
 */
public record Classifier(String name, Network network, Weights weights, List<String> labels, Normalisation normalisation, Optional<Split> split) {
    /** Largest outputs first, as probabilities. @param logits of one image */
    public List<Prediction> predictions(float[] logits, int most) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        List<Prediction> all = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
            all.add(new Prediction(i, labels.get(i), Math.exp(logits[i] - max) / sum));
        }
        all.sort(Comparator.comparingDouble(Prediction::probability).reversed());
        return List.copyOf(all.subList(0, Math.min(most, all.size())));
    }

    /** One class. @param probability by softmax */
    public record Prediction(int number, String label, double probability) {}

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
