package finch.search.run;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The accuracies of one network, trained with several seeds, in percent. */
record SeedFigures(List<Double> values) {
    SeedFigures {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no accuracy");
        }
    }

    double mean() {
        return values.stream().mapToDouble(v -> v).average().orElseThrow();
    }

    /** Of a sample; 0 of one value. */
    double deviation() {
        double mean = mean();
        return values.size() < 2 ? 0 : Math.sqrt(values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum() / (values.size() - 1));
    }

    /** From the worst seed to the best. */
    double spread() {
        return values.stream().mapToDouble(v -> v).max().orElseThrow() - values.stream().mapToDouble(v -> v).min().orElseThrow();
    }

    /** The larger of the two spreads. */
    double spreadBeside(SeedFigures other) {
        return Math.max(spread(), other.spread());
    }

    /** Whether the means lie further apart, either way, than the worst and the best seed of either; of one seed nobody knows. */
    boolean differsBeyondSpread(SeedFigures other) {
        return values.size() > 1 && other.values().size() > 1 && Math.abs(mean() - other.mean()) > spreadBeside(other);
    }

    ObjectNode json() {
        ObjectNode node = JsonFile.object().put("mean", mean()).put("deviation", deviation()).put("spread", spread());
        values.forEach(node.putArray("values")::add);
        return node;
    }
}
