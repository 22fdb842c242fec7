package finch.search.run;

import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.space.Genome;
import finch.space.Architecture;
import java.util.Map;
import java.util.Optional;

/**
 * A network that the config names, beside what was found.
 *
 * @param genome empty where it is not a point of the space
 * @param values its estimates, bounds aside
 */
record ReferencePoint(String name, Architecture architecture, Optional<Genome> genome, Map<Objective, Estimate> values) {}
