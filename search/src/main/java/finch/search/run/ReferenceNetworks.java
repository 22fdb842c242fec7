package finch.search.run;

import finch.search.config.Bound;
import finch.search.config.NetworkReference;
import finch.search.config.SearchConfig;
import finch.search.config.SearchConfig.SeedNetwork;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The networks that a config names, each once, with their places in the space: seeds, then those of bounds and algorithm. */
final class ReferenceNetworks {
    private final SearchConfig config;
    private final Map<NetworkReference, Optional<Genome>> genomes = new LinkedHashMap<>();

    /**
     * @param warnings told of each seed network that is left out, being outside the space
     * @throws IllegalArgumentException if one that may not be left out is outside
     */
    ReferenceNetworks(SearchConfig config, Consumer<String> warnings) {
        this.config = config;
        for (SeedNetwork seed : config.seedWith()) {
            add(seed.network(), outside -> {
                if (seed.required()) {
                    throw new IllegalArgumentException("seed-with: " + seed.network().spec() + " is " + outside.getMessage()
                            + ". Give another space, or write { network: " + seed.network().spec() + ", if-outside: skip }.", outside);
                }
                warnings.accept("seed-with: " + seed.network().spec() + " is left out: " + outside.getMessage());
            });
        }
        List<NetworkReference> others = new ArrayList<>();
        for (Bound bound : config.constraints()) {
            if (bound.limit() instanceof Bound.Limit.Relative relative) {
                others.add(relative.network());
            }
        }
        others.addAll(config.algorithmNetworks());
        // what one is compared with need not be a point of the space
        others.forEach(network -> add(network, outside -> { }));
    }

    private void add(NetworkReference network, Consumer<NotInSpaceException> outside) {
        if (genomes.keySet().stream().anyMatch(known -> known.spec().equals(network.spec()))) {
            return;
        }
        SearchSpace space = config.space().space();
        Optional<Genome> genome = Optional.empty();
        try {
            genome = Optional.of(space.canonical(space.encode(network.architecture())));
        } catch (NotInSpaceException e) {
            outside.accept(e);
        }
        genomes.put(network, genome);
    }

    /** Canonical and different, in the config's order; without those outside the space. */
    List<Genome> genomes() {
        return genomes.values().stream().flatMap(Optional::stream).distinct().toList();
    }

    /** The {@linkplain #genomes genomes} that the search begins with. */
    List<Genome> seeds() {
        return config.seedWith().stream().flatMap(seed -> genomes.entrySet().stream()
                .filter(known -> known.getKey().spec().equals(seed.network().spec())).flatMap(known -> known.getValue().stream())).distinct().toList();
    }

    /** All of them with their estimates. @param warnings told of what cannot be estimated */
    List<ReferencePoint> points(ArchitectureEvaluator evaluator, Consumer<String> warnings) {
        List<ReferencePoint> points = new ArrayList<>();
        genomes.forEach((network, genome) -> points.add(new ReferencePoint(network.name(), network.architecture(), genome,
                evaluator.estimates(network.architecture(), problem -> warnings.accept("reference " + network.name() + ": " + problem)))));
        return points;
    }
}
