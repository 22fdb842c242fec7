package finch.training;

import finch.data.Normalisation;
import finch.engine.Weights;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.network.Network;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a model in another format needs beside network and weights, as texts by key: labels, normalisation and provenance, each one line of JSON. */
public final class ModelMetadata {
    private static final String LABELS = "labels";
    private static final String NORMALISATION = "normalisation";
    private static final String PROVENANCE = "provenance";

    private ModelMetadata() {}

    public static Map<String, String> of(TrainedModel model) {
        Map<String, Object> normalisation = new LinkedHashMap<>();
        normalisation.put("mean", model.normalisation().mean());
        normalisation.put("deviation", model.normalisation().deviation());
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(LABELS, JsonTree.line(model.labels()));
        metadata.put(NORMALISATION, JsonTree.line(normalisation));
        metadata.put(PROVENANCE, JsonTree.line(model.provenance()));
        return metadata;
    }

    /**
     * What another file says of these, as it stands there; nothing where it lacks labels or normalisation.
     *
     * @param source for messages
     * @throws InvalidFileException if they do not fit the network
     */
    public static Map<String, String> of(String source, Network network, Weights weights, Map<String, String> metadata) {
        if (!isComplete(metadata)) {
            return Map.of();
        }
        classifier(source, network.name(), network, weights, metadata);
        Map<String, String> own = new LinkedHashMap<>(metadata);
        own.keySet().retainAll(List.of(LABELS, NORMALISATION, PROVENANCE));
        return own;
    }

    private static boolean isComplete(Map<String, String> metadata) {
        return metadata.containsKey(LABELS) && metadata.containsKey(NORMALISATION);
    }

    /**
     * A network with what its metadata say.
     *
     * @param source for messages
     * @throws InvalidFileException if labels or normalisation are missing, or do not fit the network
     */
    public static Classifier classifier(String source, String name, Network network, Weights weights, Map<String, String> metadata) {
        if (!isComplete(metadata)) {
            throw invalid(source, "does not say its labels and normalisation, as files do that finch train writes, and those that finch export makes of them");
        }
        // a list alone is no document of its own
        SourceNode labels = SourceReader.parse(source + " labels", "{\"labels\": " + metadata.get(LABELS) + "}");
        SourceNode normalisation = SourceReader.parse(source + " normalisation", "{\"normalisation\": " + metadata.get(NORMALISATION) + "}");
        List<String> names = labels.require(LABELS, "names of the classes").map(n -> n.items().stream().map(i -> i.asText("")).toList()).orElse(List.of());
        SourceNode values = normalisation.require(NORMALISATION, "mean and deviation").orElseThrow(() -> new InvalidFileException(normalisation.problems().list()));
        List<Double> mean = numbers(values, "mean");
        List<Double> deviation = numbers(values, "deviation");
        Object provenance = metadata.containsKey(PROVENANCE) ? JsonTree.of(SourceReader.parse(source + " provenance", metadata.get(PROVENANCE))) : null;
        labels.problems().throwIfAny();
        normalisation.problems().throwIfAny();
        try {
            return new Classifier(name, network, weights, names, new Normalisation(mean, deviation), TrainedModel.split(provenance));
        } catch (IllegalArgumentException e) {
            throw invalid(source, e.getMessage());
        }
    }

    private static List<Double> numbers(SourceNode node, String key) {
        return node.require(key, "a number for each channel").map(n -> n.items().stream().map(i -> i.asDouble(-1e9, 1e9, 1)).toList()).orElse(List.of());
    }

    private static InvalidFileException invalid(String source, String message) {
        return new InvalidFileException(List.of(new Problem(source, 0, "", message)));
    }
}
