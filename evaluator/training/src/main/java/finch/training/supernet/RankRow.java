package finch.training.supernet;

import finch.space.format.SourceNode;
import finch.training.StudyFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One architecture of a {@link RankStudy}; accuracies in percent.
 *
 * @param name   space and genome
 * @param scored with the shared weights, on the validation images
 * @param alone  trained alone, on the same images
 * @param test   trained alone, on the test images, where there are some
 */
public record RankRow(String name, long macs, long params, double scored, double alone, Optional<Double> test) implements StudyFile.Row {
    @Override
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", name);
        tree.put("macs", macs);
        tree.put("params", params);
        tree.put("scored", scored);
        tree.put("alone", alone);
        test.ifPresent(value -> tree.put("test", value));
        return tree;
    }

    RankRow withScore(double percent) {
        return new RankRow(name, macs, params, percent, alone, test);
    }

    static RankRow of(SourceNode node) {
        return new RankRow(node.get("name").map(SourceNode::text).orElse(""), node.get("macs").map(n -> n.asLong(0, Long.MAX_VALUE, 0)).orElse(0L),
                node.get("params").map(n -> n.asLong(0, Long.MAX_VALUE, 0)).orElse(0L), percent(node, "scored").orElse(0.0), percent(node, "alone").orElse(0.0), percent(node, "test"));
    }

    private static Optional<Double> percent(SourceNode node, String key) {
        return node.get(key).map(n -> n.asDouble(0, 100, 0));
    }
}
