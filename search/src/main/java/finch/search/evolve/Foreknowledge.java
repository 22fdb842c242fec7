package finch.search.evolve;

import finch.search.config.Bound;
import finch.search.config.Objective;
import finch.space.Genome;
import java.util.Map;

/** What can be told of a network at next to no cost, before it is evaluated. Safe to ask for any number of genomes. */
public interface Foreknowledge {
    /** Knows nothing but absolute limits. */
    Foreknowledge NONE = new Foreknowledge() {
        @Override
        public Evaluation preview(Genome genome) {
            return new Evaluation.Measured(Map.of());
        }

        @Override
        public double limit(Objective quantity, Bound.Limit limit) {
            return switch (limit) {
                case Bound.Limit.Absolute absolute -> absolute.value();
                case Bound.Limit.Relative relative -> throw new IllegalArgumentException("nothing is known of " + relative.network().spec());
            };
        }
    };

    /** The evaluation as far as the cheap estimators tell it: values of some objectives, or the bounds missed by them. */
    Evaluation preview(Genome genome);

    /**
     * A limit in base units of its quantity.
     *
     * @throws IllegalArgumentException if it is relative to a network that has no estimate
     */
    double limit(Objective quantity, Bound.Limit limit);
}
