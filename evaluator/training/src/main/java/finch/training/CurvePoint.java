package finch.training;

import finch.space.format.SourceNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One epoch of a training.
 *
 * @param epoch          from 1
 * @param loss           mean of the training images, as they were augmented, smoothing included
 * @param top1           share of them that was right
 * @param validationLoss mean cross-entropy of the held-out images
 * @param validationTop1 share of them that is right
 * @param learningRate   of the last step
 */
public record CurvePoint(int epoch, double loss, double top1, double validationLoss, double validationTop1, double learningRate) {
    /** As maps and numbers. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("epoch", epoch);
        tree.put("loss", loss);
        tree.put("top1", top1);
        tree.put("validationLoss", validationLoss);
        tree.put("validationTop1", validationTop1);
        tree.put("learningRate", learningRate);
        return tree;
    }

    static CurvePoint of(SourceNode node) {
        return new CurvePoint(node.get("epoch").map(n -> n.asInt(1, Integer.MAX_VALUE, 1)).orElse(1), number(node, "loss"), number(node, "top1"),
                number(node, "validationLoss"), number(node, "validationTop1"), number(node, "learningRate"));
    }

    private static double number(SourceNode node, String key) {
        return node.get(key).map(n -> n.asDouble(-Double.MAX_VALUE, Double.MAX_VALUE, 0)).orElse(Double.NaN);
    }
}
