package finch.training.ablation;

import finch.space.format.SourceNode;
import finch.training.StudyFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One training of one network; accuracies in percent.
 *
 * @param macs  of the network as it was trained
 * @param test  where there are test images
 */
public record AblationRow(String network, long seed, long macs, long params, double validation, Optional<Double> test) implements StudyFile.Row {
    /** On test images where there are some, else on validation images. */
    public double top1() {
        return test.orElse(validation);
    }

    @Override
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("network", network);
        tree.put("seed", seed);
        tree.put("macs", macs);
        tree.put("params", params);
        tree.put("validation", validation);
        test.ifPresent(value -> tree.put("test", value));
        return tree;
    }

    static AblationRow of(SourceNode node) {
        return new AblationRow(node.get("network").map(SourceNode::text).orElse(""), node.get("seed").map(n -> n.asLong(0, Long.MAX_VALUE, 0)).orElse(0L),
                node.get("macs").map(n -> n.asLong(0, Long.MAX_VALUE, 0)).orElse(0L), node.get("params").map(n -> n.asLong(0, Long.MAX_VALUE, 0)).orElse(0L),
                percent(node, "validation").orElse(0.0), percent(node, "test"));
    }

    private static Optional<Double> percent(SourceNode node, String key) {
        return node.get(key).map(n -> n.asDouble(0, 100, 0));
    }
}
