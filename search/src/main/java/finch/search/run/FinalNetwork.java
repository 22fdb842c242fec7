package finch.search.run;

import finch.space.Architecture;
import finch.space.network.Network;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ObjectNode;

/**
 * A network that is trained after the search.
 *
 * @param score what the search said of it: an accuracy, or a score; empty for a baseline
 * @param cost  predicted, in microseconds, or multiply-adds where the search knows no latency
 */
record FinalNetwork(Architecture architecture, boolean baseline, OptionalDouble score, double cost) {
    String name() {
        return architecture.name();
    }

    ObjectNode json(boolean latency) {
        Network network = Network.of(architecture);
        ObjectNode node = JsonFile.object().put("name", name()).put("baseline", baseline).put("macs", network.macs()).put("params", network.params());
        score.ifPresent(value -> JsonFile.put(node, "score", value));
        if (latency) {
            JsonFile.put(node, "predictedMicros", cost);
        }
        node.set("architecture", JsonFile.architecture(architecture));
        return node;
    }

    static Optional<FinalNetwork> named(List<FinalNetwork> networks, String name) {
        return networks.stream().filter(n -> n.name().equals(name)).findFirst();
    }
}
