package finch.accuracy;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a trainer left of an architecture, beside its accuracy.
 *
 * @param folder   where it worked, relative to the run folder
 * @param metrics  whatever else it measured, by name
 * @param artefact path of what it made, e.g. weights: absolute or, as {@code folder}, relative to the run folder
 */
public record TrainedCandidate(String folder, Map<String, Double> metrics, Optional<String> artefact) {
    public TrainedCandidate {
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    }
}
